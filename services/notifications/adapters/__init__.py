"""The ports, on real technology, and the fakes that stand in for it."""
