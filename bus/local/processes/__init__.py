"""Functions as on Lambda: each in a process of its own, driven through the Lambda Runtime API."""
