"""What leaves the platform, captured."""

from bus.local.outside.outside import Handler, Outside
from bus.local.outside.records import Answer, Call, Mail, Request, Text

__all__ = ["Answer", "Call", "Handler", "Mail", "Outside", "Request", "Text"]
