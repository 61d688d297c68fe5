"""CloudWatch's figures of the plane's own services."""

from bus.local.cloudwatch.room import CloudWatchRoom

__all__ = ["CloudWatchRoom"]
