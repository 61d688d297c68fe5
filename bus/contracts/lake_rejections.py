"""The table of events that are no rows of their contracts' tables: why, and where they are kept."""

from pyiceberg.schema import Schema
from pyiceberg.types import NestedField, StringType, TimestamptzType

REJECTED_EVENTS = "rejected_events"
REJECTED_COMMENT = "Events that could have no row, and why. Delivery is at least once: count distinct record ids."
REJECTED_SCHEMA = Schema(
    NestedField(1, "received_at", TimestamptzType(), required=True, doc="When it reached the lake's stream."),
    NestedField(2, "reason", StringType(), required=True, doc="Why it has no row: names paths, and no values."),
    NestedField(3, "source", StringType(), doc="Who published it, as far as that could be read."),
    NestedField(4, "detail_type", StringType(), doc="Which event it says it is, as far as that could be read."),
    NestedField(5, "event_id", StringType(), doc="Its id, as far as that could be read."),
    NestedField(6, "record_id", StringType(), required=True, doc="Which line of `kept_in` it is."),
    NestedField(7, "kept_in", StringType(), required=True, doc="The S3 object that holds it as it came, for a while."),
)
