"""Runs handlers in process, each function in a sandbox that shows it what Lambda would."""

from bus.local.functions.answer import Answer
from bus.local.functions.context import LambdaContext
from bus.local.functions.function import Function
from bus.local.functions.log import Log
from bus.local.functions.package import Package, PackageError
from bus.local.functions.settings import Settings
from bus.local.functions.wall_clock import WallClock

__all__ = ["Answer", "Function", "LambdaContext", "Log", "Package", "PackageError", "Settings", "WallClock"]
