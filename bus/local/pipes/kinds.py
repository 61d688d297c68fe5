"""What a pipe can read, ask and reach: by the kind that an ARN is of."""

from dataclasses import dataclass

from bus.local.arns import service_of

_PARTS = 6  # of an ARN


@dataclass(frozen=True, slots=True)
class SourceKind:
    """`parameters` is the member of SourceParameters; `batch` the size unless told otherwise."""

    parameters: str
    batch: int
    resource: str


@dataclass(frozen=True, slots=True)
class TargetKind:
    """`parameters` is the member of TargetParameters, if there is one; `maximum` the largest batch.

    EventBridge user guide, "Amazon EventBridge Pipes batching and concurrency", supported batchable targets: what is
    not there takes one event at a time. "Customer defined" is bounded by what a source reads at once.
    """

    parameters: str | None
    maximum: int


SOURCES = {
    "sqs": SourceKind("SqsQueueParameters", 10, "an SQS queue"),
    "kinesis": SourceKind("KinesisStreamParameters", 100, "a Kinesis stream"),
    "dynamodb": SourceKind("DynamoDBStreamParameters", 100, "a DynamoDB stream"),
}
# How many events an enrichment takes at once: "batching to enrichment is supported for Lambda and Step Functions".
ENRICHMENTS = {"lambda": 10_000, "api-destination": 1}
TARGETS = {
    "event-bus": TargetKind("EventBridgeEventBusParameters", 10),
    "sqs": TargetKind("SqsQueueParameters", 10),
    "sns": TargetKind(None, 10),
    "lambda": TargetKind("LambdaFunctionParameters", 10_000),
    "states": TargetKind("StepFunctionStateMachineParameters", 10_000),
    "kinesis": TargetKind("KinesisStreamParameters", 500),
    "firehose": TargetKind(None, 500),
    "logs": TargetKind("CloudWatchLogsParameters", 10_000),
    "api-destination": TargetKind("HttpParameters", 1),
}


def kind_of(arn: str) -> str:
    """The kind of resource that an ARN names: its service, and of EventBridge what it is there."""
    if arn.count(":") < _PARTS - 1:
        return arn.partition(":")[0]
    service = service_of(arn)
    return arn.split(":", _PARTS - 1)[-1].partition("/")[0] if service == "events" else service
