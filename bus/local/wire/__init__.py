"""AWS's own wire protocols over HTTP, in front of the operations table."""
