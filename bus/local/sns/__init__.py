"""Amazon SNS."""

from bus.local.sns.room import SnsRoom

__all__ = ["SnsRoom"]
