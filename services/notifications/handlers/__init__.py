"""Lambda entries: one module per function, so that each loads only what it needs."""
