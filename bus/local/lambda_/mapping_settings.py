"""What an event source mapping is asked to be: the parameters of each kind of source, and their defaults."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.utils import parse_to_aware_datetime

from bus.local.arns import service_of
from bus.local.errors import UnsupportedOperationError
from bus.local.lambda_.errors import invalid
from bus.local.polling import BATCH_SIZES

Settings = Mapping[str, Any]

# What every kind of source takes, and what each takes beside it (Lambda API reference, CreateEventSourceMapping).
_EVERY = frozenset(
    {
        "EventSourceArn",
        "FunctionName",
        "BatchSize",
        "MaximumBatchingWindowInSeconds",
        "FilterCriteria",
        "FunctionResponseTypes",
        "KMSKeyArn",
        "MetricsConfig",
    }
)
_STREAM = frozenset(
    {
        "StartingPosition",
        "StartingPositionTimestamp",
        "ParallelizationFactor",
        "BisectBatchOnFunctionError",
        "MaximumRetryAttempts",
        "MaximumRecordAgeInSeconds",
        "TumblingWindowInSeconds",
        "DestinationConfig",
    }
)
_TAKEN = {
    "sqs": _EVERY | {"ScalingConfig", "ProvisionedPollerConfig"},
    "kinesis": _EVERY | _STREAM,
    "dynamodb": _EVERY | _STREAM,
}
# What other kinds of sources take, none of which the plane has.
_ELSEWHERE = frozenset(
    {
        "Topics",
        "Queues",
        "SourceAccessConfigurations",
        "SelfManagedEventSource",
        "AmazonManagedKafkaEventSourceConfig",
        "SelfManagedKafkaEventSourceConfig",
        "DocumentDBEventSourceConfig",
        "LoggingConfig",
    }
)
_STREAM_DEFAULTS: Settings = {
    "ParallelizationFactor": 1,
    "BisectBatchOnFunctionError": False,
    "MaximumRetryAttempts": -1,
    "MaximumRecordAgeInSeconds": -1,
    "TumblingWindowInSeconds": 0,
    "DestinationConfig": {"OnFailure": {}},
}
_INTEGERS = (
    "BatchSize",
    "MaximumBatchingWindowInSeconds",
    "ParallelizationFactor",
    "MaximumRetryAttempts",
    "MaximumRecordAgeInSeconds",
    "TumblingWindowInSeconds",
)
# What is taken back by an empty value, rather than kept as one.
_OPTIONAL = ("FilterCriteria", "ScalingConfig", "ProvisionedPollerConfig", "MetricsConfig", "KMSKeyArn")


def source_service(settings: Settings) -> str:
    """The service of the source: "sqs", "kinesis" or "dynamodb". Raises AwsError for none of them."""
    arn = settings.get("EventSourceArn")
    if not arn:
        if elsewhere := _ELSEWHERE & settings.keys():
            raise UnsupportedOperationError(f"event source mappings with {', '.join(sorted(elsewhere))}")
        raise invalid("Unrecognized event source.")
    service = service_of(arn) if arn.count(":") > 1 else ""
    if service not in _TAKEN:
        raise UnsupportedOperationError(f"event source mappings of {arn}")
    return service


def completed(given: Settings) -> Settings:
    """`given` with the defaults of its kind of source. Raises AwsError for what that kind does not take."""
    service = source_service(given)
    for name in given:
        if name == "StartingPosition" and service == "sqs":
            raise invalid("StartingPosition is not valid for SQS event sources.")
        if name not in _TAKEN[service]:
            raise invalid(f"Unsupported {name} parameter for given event source mapping type.")
    defaults: dict[str, Any] = {
        "BatchSize": BATCH_SIZES[service],
        "MaximumBatchingWindowInSeconds": 0,
        "FunctionResponseTypes": [],
        **({} if service == "sqs" else _STREAM_DEFAULTS),
    }
    settings = {**defaults, **{name: value for name, value in given.items() if value is not None}}
    if not settings.get("DestinationConfig", True):
        settings["DestinationConfig"] = {"OnFailure": {}}
    if "StartingPositionTimestamp" in settings:  # boto3 takes numbers and texts of many forms as well
        settings["StartingPositionTimestamp"] = parse_to_aware_datetime(settings["StartingPositionTimestamp"])
    return {name: value for name, value in settings.items() if value or name not in _OPTIONAL}


def of_template(properties: Settings) -> dict[str, Any]:
    """A template's properties as the operation's parameters: templates may write numbers and truth values as text."""
    given = {name: value for name, value in properties.items() if name not in {"Enabled", "Tags"}}
    if "KmsKeyArn" in given:
        given["KMSKeyArn"] = given.pop("KmsKeyArn")
    for name in _INTEGERS:
        if name in given:
            given[name] = int(given[name])
    if "BisectBatchOnFunctionError" in given:
        given["BisectBatchOnFunctionError"] = truth(given["BisectBatchOnFunctionError"])
    if "StartingPositionTimestamp" in given:
        given["StartingPositionTimestamp"] = datetime.fromtimestamp(float(given["StartingPositionTimestamp"]), UTC)
    for name in ("ScalingConfig", "ProvisionedPollerConfig"):
        if name in given:
            given[name] = {member: int(value) for member, value in given[name].items()}
    return given


def truth(value: Any) -> bool:
    """A template's true or false, or the text of either. Raises ValueError for anything else."""
    text = str(value).lower()
    if text not in {"true", "false"}:
        raise ValueError(f"{value!r} is neither true nor false")
    return text == "true"


def described(settings: Settings) -> dict[str, Any]:
    """The settings as GetEventSourceMapping answers them."""
    return {name: value for name, value in settings.items() if name != "FunctionName"}


def concurrency(settings: Settings) -> int | None:
    """The most batches of a queue at one time, where the mapping bounds them.

    A poller of provisioned mode has at most ten invocations at one time (Lambda developer guide, "Configuring scaling
    behavior for SQS event source mappings").
    """
    if "ScalingConfig" in settings:
        most: int | None = settings["ScalingConfig"].get("MaximumConcurrency")
        return most
    if "ProvisionedPollerConfig" in settings:
        return 10 * int(settings["ProvisionedPollerConfig"].get("MaximumPollers", 200))
    return None


def destination(settings: Settings) -> str | None:
    """The ARN of the on-failure destination."""
    arn: str | None = (settings.get("DestinationConfig") or {}).get("OnFailure", {}).get("Destination")
    return arn or None


def instant(settings: Settings) -> float | None:
    """StartingPositionTimestamp in epoch seconds."""
    given: datetime | None = settings.get("StartingPositionTimestamp")
    return None if given is None else given.timestamp()
