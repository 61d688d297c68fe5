"""The reader that fits a source."""

from bus.local.arns import service_of
from bus.local.plane import Plane
from bus.local.polling.cursor import Start
from bus.local.polling.queue import QueueReader
from bus.local.polling.reading import Reading
from bus.local.polling.sources import DynamoDbSource, KinesisSource, Source
from bus.local.polling.stream import StreamReader

Reader = QueueReader | StreamReader
BATCH_SIZES = {"sqs": 10, "kinesis": 100, "dynamodb": 100}  # unless told otherwise, by the source's service


def reader_of(
    plane: Plane, arn: str, reading: Reading, *, position: str, flat: bool = False, timestamp: float | None = None
) -> Reader:
    """Reads the queue or stream `arn` once it is started. Raises AwsError for a queue that is not there.

    `position` (TRIM_HORIZON, LATEST or, with a `timestamp` in epoch seconds, AT_TIMESTAMP) means nothing to a queue;
    `flat` gives Kinesis records as pipes have them. A stream that is not there is found out by `place`.
    """
    match service_of(arn):
        case "sqs":
            return QueueReader(plane, arn, reading)
        case "kinesis":
            source: Source = KinesisSource(plane, arn, flat=flat)
        case _:
            source = DynamoDbSource(plane, arn)
    return StreamReader(plane, source, reading, Start(position, timestamp))
