"""Amazon SES."""

from bus.local.ses.room import SesRoom

__all__ = ["SesRoom"]
