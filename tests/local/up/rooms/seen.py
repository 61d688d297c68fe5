"""Everything that clients could see of a machine, and all that decides what becomes of it."""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from botocore.response import StreamingBody
from moto.moto_api._internal import mock_random

from bus.local.errors import OperationError
from bus.local.up.machine import Machine

_LISTS = (
    ("athena", ("ListQueryExecutions", "ListWorkGroups")),
    ("cloudformation", ("DescribeStacks",)),
    ("dynamodb", ("ListTables",)),
    ("dynamodbstreams", ("ListStreams",)),
    ("events", ("ListEventBuses", "ListArchives", "ListReplays", "ListConnections", "ListApiDestinations")),
    ("firehose", ("ListDeliveryStreams",)),
    ("glue", ("GetDatabases",)),
    ("iam", ("ListRoles", "ListUsers")),
    ("kinesis", ("ListStreams",)),
    ("kms", ("ListKeys", "ListAliases")),
    ("lambda", ("ListFunctions", "ListEventSourceMappings")),
    ("logs", ("DescribeLogGroups",)),
    ("pipes", ("ListPipes",)),
    ("s3", ("ListBuckets",)),
    ("scheduler", ("ListSchedules", "ListScheduleGroups")),
    ("secretsmanager", ("ListSecrets",)),
    ("sns", ("ListTopics", "ListSubscriptions")),
    ("sqs", ("ListQueues",)),
    ("ssm", ("DescribeParameters",)),
)


def looked(machine: Machine) -> dict[str, str]:
    """Each thing as text, by what it is."""
    plane = machine.plane
    found = {
        "ledger": plane.ledger.digest(),
        "chance": _digest(plane.chance.random.getstate()),
        "moto's chance": _digest(mock_random.getstate()),
        "time": repr(plane.clock.time()),
        "next": repr(plane.engine.next_instant),
        "inputs": repr((machine.taken, machine.waiting)),
        "errands": repr((sorted(machine.errands.cut_off[0]), machine.errands.cut_off[1])),
    }
    ask = _Asking(machine)
    for service, operations in _LISTS:
        for operation in operations:
            found[f"{service}:{operation}"] = _text(ask(service, operation))
    for name, look in _DETAILS.items():
        found[name] = _text(list(look(ask)))
    return found


class _Asking:
    """Asks as a client would; a refusal is an answer too."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def __call__(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        now = self._machine.plane.clock.time()
        try:
            answer: dict[str, Any] = self._machine.read(now, service, operation, params).result()
        except OperationError as error:
            return {"refused": str(error)}
        return {name: value.read() if isinstance(value, StreamingBody) else value for name, value in answer.items()}


Look = Callable[[_Asking], Iterator[object]]


def _queues(ask: _Asking) -> Iterator[object]:
    for url in ask("sqs", "ListQueues").get("QueueUrls", ()):
        yield ask("sqs", "GetQueueAttributes", QueueUrl=url, AttributeNames=["All"])


def _tables(ask: _Asking) -> Iterator[object]:
    for name in ask("dynamodb", "ListTables")["TableNames"]:
        yield ask("dynamodb", "DescribeTable", TableName=name)
        yield ask("dynamodb", "DescribeTimeToLive", TableName=name)
        yield ask("dynamodb", "Scan", TableName=name)


def _objects(ask: _Asking) -> Iterator[object]:
    for bucket in (each["Name"] for each in ask("s3", "ListBuckets")["Buckets"]):
        yield ask("s3", "ListMultipartUploads", Bucket=bucket)
        for found in ask("s3", "ListObjectVersions", Bucket=bucket).get("Versions", ()):
            named = {"Key": found["Key"], "VersionId": found["VersionId"]}
            yield found, ask("s3", "GetObject", Bucket=bucket, **named)["Body"]


def _streams(ask: _Asking) -> Iterator[object]:
    for name in ask("kinesis", "ListStreams")["StreamNames"]:
        yield ask("kinesis", "DescribeStreamSummary", StreamName=name)
        yield ask("kinesis", "ListShards", StreamName=name)
    for name in ask("firehose", "ListDeliveryStreams")["DeliveryStreamNames"]:
        yield ask("firehose", "DescribeDeliveryStream", DeliveryStreamName=name)


def _rules(ask: _Asking) -> Iterator[object]:
    for bus in (each["Name"] for each in ask("events", "ListEventBuses")["EventBuses"]):
        for rule in ask("events", "ListRules", EventBusName=bus)["Rules"]:
            yield rule, ask("events", "ListTargetsByRule", Rule=rule["Name"], EventBusName=bus)
    for archive in (each["ArchiveName"] for each in ask("events", "ListArchives")["Archives"]):
        yield ask("events", "DescribeArchive", ArchiveName=archive)
    for name in (each["Name"] for each in ask("events", "ListConnections")["Connections"]):
        yield ask("events", "DescribeConnection", Name=name)
    for name in (each["ReplayName"] for each in ask("events", "ListReplays")["Replays"]):
        yield ask("events", "DescribeReplay", ReplayName=name)


def _secrets(ask: _Asking) -> Iterator[object]:
    for each in ask("secretsmanager", "ListSecrets")["SecretList"]:
        yield ask("secretsmanager", "GetSecretValue", SecretId=each["ARN"])
    for each in ask("kms", "ListKeys")["Keys"]:
        yield ask("kms", "DescribeKey", KeyId=each["KeyId"]), ask("kms", "GetPublicKey", KeyId=each["KeyId"])
    for each in ask("ssm", "DescribeParameters").get("Parameters", ()):
        yield ask("ssm", "GetParameter", Name=each["Name"], WithDecryption=True)


def _stacks(ask: _Asking) -> Iterator[object]:
    for each in ask("cloudformation", "DescribeStacks")["Stacks"]:
        yield ask("cloudformation", "DescribeStackEvents", StackName=each["StackName"])
        yield ask("cloudformation", "ListStackResources", StackName=each["StackName"])
        yield ask("cloudformation", "ListChangeSets", StackName=each["StackName"])


def _logs(ask: _Asking) -> Iterator[object]:
    for group in (each["logGroupName"] for each in ask("logs", "DescribeLogGroups")["logGroups"]):
        yield ask("logs", "FilterLogEvents", logGroupName=group)


def _queries(ask: _Asking) -> Iterator[object]:
    for number in ask("athena", "ListQueryExecutions").get("QueryExecutionIds", ()):
        yield ask("athena", "GetQueryExecution", QueryExecutionId=number)
        yield ask("athena", "GetQueryResults", QueryExecutionId=number)


def _functions(ask: _Asking) -> Iterator[object]:
    for name in (each["FunctionName"] for each in ask("lambda", "ListFunctions")["Functions"]):
        yield ask("lambda", "ListAliases", FunctionName=name)
        yield ask("lambda", "ListVersionsByFunction", FunctionName=name)
    for name in (each["Name"] for each in ask("pipes", "ListPipes")["Pipes"]):
        yield ask("pipes", "DescribePipe", Name=name)
    for each in ask("scheduler", "ListSchedules")["Schedules"]:
        yield ask("scheduler", "GetSchedule", Name=each["Name"], GroupName=each["GroupName"])


_DETAILS: dict[str, Look] = {
    "queues": _queues,
    "tables": _tables,
    "objects": _objects,
    "streams": _streams,
    "rules": _rules,
    "secrets": _secrets,
    "stacks": _stacks,
    "log events": _logs,
    "queries": _queries,
    "functions": _functions,
}


def _text(value: object) -> str:
    return json.dumps(value, default=repr, sort_keys=True)


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()
