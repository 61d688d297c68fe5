"""The rooms of the plane, and the order in which they are opened."""

from bus.local.athena import AthenaRoom
from bus.local.cloudwatch import CloudWatchRoom
from bus.local.dynamodb import DynamoDbRoom, DynamoDbStreamsRoom
from bus.local.events import EventsRoom
from bus.local.firehose import FirehoseRoom
from bus.local.http_api import HttpApiRoom
from bus.local.kinesis import KinesisRoom
from bus.local.lambda_ import LambdaRoom
from bus.local.outside import Outside
from bus.local.pipes import PipesRoom
from bus.local.plane import Plane
from bus.local.scheduler import SchedulerRoom
from bus.local.ses import SesRoom
from bus.local.sns import SnsRoom
from bus.local.sqs import SqsRoom
from bus.local.ssm import SsmRoom
from bus.local.stored import StoredRoom

ROOMS = (
    Outside,
    StoredRoom,
    CloudWatchRoom,
    SsmRoom,
    DynamoDbRoom,
    DynamoDbStreamsRoom,
    SqsRoom,
    SnsRoom,
    SesRoom,
    KinesisRoom,
    LambdaRoom,
    EventsRoom,
    PipesRoom,
    FirehoseRoom,
    SchedulerRoom,
    AthenaRoom,
    HttpApiRoom,
)


def open_all(plane: Plane) -> None:
    """Open every room on `plane`."""
    for room in ROOMS:
        plane.open(room(plane))
