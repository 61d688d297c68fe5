"""Runs handlers in process, each function in a sandbox that shows it what Lambda would."""

from bus.local.functions.context import LambdaContext
from bus.local.functions.function import Answer, Function, Settings

__all__ = ["Answer", "Function", "LambdaContext", "Settings"]
