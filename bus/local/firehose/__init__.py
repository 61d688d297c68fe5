"""Amazon Data Firehose: streams and puts, transformed and delivered to Iceberg tables."""

from bus.local.firehose.room import FirehoseRoom as FirehoseRoom
