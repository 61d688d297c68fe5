"""AWS Lambda: functions, the three ways to invoke them, and event source mappings."""

from bus.local.lambda_.room import LambdaRoom

__all__ = ["LambdaRoom"]
