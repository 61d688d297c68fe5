"""Shapes of AWS's service models made into functions, once: values from the wire, and values for it."""
