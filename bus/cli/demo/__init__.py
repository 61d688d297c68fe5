"""`bus demo`: real retail orders through the whole platform, on one machine."""

from bus.cli.demo.command import demo

__all__ = ["demo"]
