"""Orders: placed, paid, shipped or cancelled, over an HTTP API."""
