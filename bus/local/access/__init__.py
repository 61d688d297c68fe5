"""Who calls, and whether they may: signatures and policies."""

from bus.local.access.caller import Caller, Kind
from bus.local.access.gate import Gate
from bus.local.access.sessions import Credentials

__all__ = ["Caller", "Credentials", "Gate", "Kind"]
