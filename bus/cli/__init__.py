"""The `bus` command."""
