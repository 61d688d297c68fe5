"""`bus up` and `bus down`: the platform on this machine."""
