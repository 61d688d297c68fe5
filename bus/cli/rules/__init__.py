"""`bus rules`: event patterns, tried and put into English."""

from bus.cli.rules.command import rules

__all__ = ["rules"]
