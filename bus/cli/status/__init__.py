"""`bus status`: what is going on."""

from bus.cli.status.command import status

__all__ = ["status"]
