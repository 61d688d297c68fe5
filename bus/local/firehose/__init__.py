"""Amazon Data Firehose: streams and puts, transformed and delivered to S3 and to Iceberg tables."""

from bus.local.firehose.room import FirehoseRoom as FirehoseRoom
