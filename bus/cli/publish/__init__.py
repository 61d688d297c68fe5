"""`bus publish`: put events on the bus by hand."""

from bus.cli.publish.command import publish

__all__ = ["publish"]
