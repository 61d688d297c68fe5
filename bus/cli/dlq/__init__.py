"""`bus dlq`: what could not be delivered, why, and the way back."""

from bus.cli.dlq.command import dlq

__all__ = ["dlq"]
