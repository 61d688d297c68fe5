"""What CreateEventSourceMapping and UpdateEventSourceMapping refuse."""

import json
from collections.abc import Mapping
from typing import Any

from bus.local.arns import queue_url, service_of
from bus.local.constraints import check, service_model
from bus.local.errors import AwsError, UnsupportedOperationError
from bus.local.lambda_.errors import invalid
from bus.local.lambda_.mapping_settings import Settings, destination, instant
from bus.local.operations import Params
from bus.local.plane import Plane
from bus.local.polling.filters import Filters, compares_text
from bus.local.polling.sources import is_consumer
from bus.patterns import EVENT_SOURCE_MAPPING, InvalidPatternError

_FIFO, _AT_ONCE = ".fifo", 10
_YOUNGEST = 60  # seconds; less is "within the parameter's absolute range", and not allowed (API reference)
_MOST_FILTERS = 5  # Lambda developer guide, "Control which events Lambda sends to your function": a quota
_POLLERS = {"MinimumPollers": (2, 200), "MaximumPollers": (2, 10_000)}


def check_limits(operation: str, params: Params) -> None:
    """Raises AwsError, a ValidationException, for values outside the ranges of the service model."""
    check(service_model("lambda").operation_model(operation), params)


def check_settings(plane: Plane, service: str, settings: Settings) -> None:
    """Raises AwsError for values that do not go together, or not with the source."""
    if service == "sqs":
        _check_queue(settings)
    else:
        _check_position(plane, service, settings)
        _check_stream(settings)
    _check_filters(service, settings)


def check_source(plane: Plane, service: str, settings: Settings, timeout: float) -> None:
    """Raises AwsError for a source that is not there, or a queue that hides messages for less than `timeout` seconds,
    the function's own.
    """
    arn = settings["EventSourceArn"]
    match service:
        case "sqs":
            _check_queue_exists(plane, arn, timeout)
        case "kinesis" if is_consumer(arn):
            _check_exists(plane, "kinesis", "DescribeStreamConsumer", ConsumerARN=arn)
        case "kinesis":
            _check_exists(plane, "kinesis", "DescribeStreamSummary", StreamARN=arn)
        case _:
            _check_exists(plane, "dynamodbstreams", "DescribeStream", StreamArn=arn)


def filters(settings: Settings) -> Filters:
    """Raises AwsError for a pattern that is none."""
    try:
        return Filters(settings.get("FilterCriteria"), EVENT_SOURCE_MAPPING)
    except InvalidPatternError as error:
        raise invalid(str(error)) from error


def _check_queue(settings: Settings) -> None:
    window, size = settings["MaximumBatchingWindowInSeconds"], settings["BatchSize"]
    if settings["EventSourceArn"].endswith(_FIFO):
        if size > _AT_ONCE:
            raise invalid(f"Batch size must not exceed {_AT_ONCE} for FIFO queues")
        if window:
            raise invalid("Batching window is not supported for FIFO queues")
    if size > _AT_ONCE and not window:
        least = f"must be greater than 0 if maximum batch size is greater than {_AT_ONCE}"
        raise invalid(f"Maximum batch window in seconds {least}")
    pollers = settings.get("ProvisionedPollerConfig")
    if pollers and settings.get("ScalingConfig"):
        raise invalid(
            "Provisioned mode for SQS ESM does not support maximum concurrency feature. "
            "Use MaximumPollers as the control mechanism and remove maximum concurrency."
        )
    if pollers:
        _check_pollers(pollers)


def _check_pollers(pollers: Mapping[str, Any]) -> None:
    if "PollerGroupName" in pollers:
        raise invalid("PollerGroupName is not supported for SQS event sources.")
    for name, (least, most) in _POLLERS.items():
        if not least <= pollers.get(name, least) <= most:
            raise invalid(f"{name} should be between {least} and {most}")
    if pollers.get("MinimumPollers", 2) > pollers.get("MaximumPollers", 200):
        raise invalid("MinimumPollers should not be greater than MaximumPollers")


def _check_position(plane: Plane, service: str, settings: Settings) -> None:
    position, at = settings.get("StartingPosition"), instant(settings)
    if position is None:
        raise invalid(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: "
            "Member must not be null."
        )
    if position == "AT_TIMESTAMP" and service == "dynamodb":
        raise invalid(f"Unsupported starting position for arn type: {settings['EventSourceArn']}")
    if (position == "AT_TIMESTAMP") != (at is not None):
        raise invalid("StartingPositionTimestamp must be given with the starting position AT_TIMESTAMP, and only then.")
    if at is not None and at > plane.clock.time():
        raise invalid("StartingPositionTimestamp cannot be in the future.")


def _check_stream(settings: Settings) -> None:
    if -1 < settings["MaximumRecordAgeInSeconds"] < _YOUNGEST:
        raise invalid(f"MaximumRecordAgeInSeconds must be -1 or at least {_YOUNGEST} seconds.")
    if settings["TumblingWindowInSeconds"] and settings["ParallelizationFactor"] > 1:
        # The state is a shard's, and what becomes of it in concurrent batches is not documented.
        raise UnsupportedOperationError("tumbling windows with a ParallelizationFactor above 1")
    if "OnSuccess" in settings["DestinationConfig"]:
        raise invalid("Unsupported DestinationConfig parameter for given event source mapping type.")
    arn = destination(settings)
    if arn is not None and arn.startswith("kafka://"):
        raise UnsupportedOperationError("on-failure destinations in Kafka")
    if arn is not None and service_of(arn) not in {"sqs", "sns", "s3"}:
        raise invalid("The destination ARN is invalid: it must be that of an SQS queue, SNS topic or S3 bucket.")


def _check_filters(service: str, settings: Settings) -> None:
    given = (settings.get("FilterCriteria") or {}).get("Filters") or []
    if len(given) > _MOST_FILTERS:
        raise invalid(f"The number of filters must not exceed {_MOST_FILTERS}.")
    filters(settings)
    # "The filter pattern for data properties must be in a valid JSON format" (guide, filtering of Kinesis sources).
    if service == "kinesis" and any(compares_text(json.loads(each["Pattern"])) for each in given):
        raise invalid("Invalid filter pattern definition. The pattern for data must be an object.")


def _check_queue_exists(plane: Plane, arn: str, timeout: float) -> None:
    asked = {"QueueUrl": queue_url(arn), "AttributeNames": ["VisibilityTimeout"]}
    try:
        attributes = plane.call("sqs", "GetQueueAttributes", **asked)["Attributes"]
    except AwsError as error:
        raise invalid(
            f"Error occurred while ReceiveMessage. SQS Error Code: {error.code}. SQS Error Message: {error.message}"
        ) from error
    if float(attributes["VisibilityTimeout"]) < timeout:
        hidden = f"Queue visibility timeout: {attributes['VisibilityTimeout']} seconds"
        raise invalid(f"{hidden} is less than Function timeout: {timeout:.0f} seconds")


def _check_exists(plane: Plane, service: str, operation: str, **params: object) -> None:
    try:
        plane.call(service, operation, **params)
    except AwsError as error:
        (arn,) = params.values()
        raise invalid(f"Stream not found: {arn}") from error
