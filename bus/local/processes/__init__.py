"""Functions as on Lambda: each in a process of its own, driven through the Lambda Runtime API."""

from bus.local.processes.processes import Processes

__all__ = ["Processes"]
