"""Amazon Kinesis Data Streams."""

from bus.local.kinesis.room import KinesisRoom

__all__ = ["KinesisRoom"]
