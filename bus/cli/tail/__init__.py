"""`bus tail`: what happens, as it happens."""

from bus.cli.tail.command import tail

__all__ = ["tail"]
