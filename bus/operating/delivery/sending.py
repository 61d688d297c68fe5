"""From an ARN to the call that delivers to it."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from bus.operating.account import Account, code_of
from bus.operating.delivery.parcel import Parcel
from bus.operating.errors import RefusedError, in_one_sentence
from bus.operating.names import kind_of, short

_OF_EVENTS = ("Source", "DetailType", "Resources", "Time")
_ACCEPTED = 202  # Lambda's answer to an asynchronous invocation


def send(account: Account, arn: str, parcel: Parcel) -> None:
    """Deliver; whatever it is has accepted the parcel when this returns. Raises RefusedError."""
    deliver = _SENDERS.get(kind_of(arn))
    if deliver is None:
        raise RefusedError(f"nothing can be handed to {arn}: no AWS operation does it; say another place with --to")
    try:
        deliver(account, arn, parcel)
    except ClientError as error:
        raise RefusedError(f"{short(arn)} did not take it: {in_one_sentence(error)}") from error


def url_of(account: Account, arn: str) -> str:
    """The URL of the queue with that ARN. Raises ClientError."""
    *_, owner, name = arn.split(":")
    answer = account.client("sqs").get_queue_url(QueueName=name, QueueOwnerAWSAccountId=owner)
    return str(answer["QueueUrl"])


def _queue(account: Account, arn: str, parcel: Parcel) -> None:
    fifo = arn.endswith(".fifo")
    names = ("MessageGroupId", "MessageSystemAttributes", *(["MessageDeduplicationId"] if fifo else []))
    more = {name: parcel.parameters[name] for name in names if parcel.parameters.get(name)}
    if fifo:
        more = {"MessageGroupId": "redriven", "MessageDeduplicationId": uuid4().hex} | more
    account.client("sqs").send_message(
        QueueUrl=url_of(account, arn), MessageBody=parcel.text, MessageAttributes=dict(parcel.attributes), **more
    )


def _topic(account: Account, arn: str, parcel: Parcel) -> None:
    account.client("sns").publish(TopicArn=arn, Message=parcel.text)


def _function(account: Account, arn: str, parcel: Parcel) -> None:
    """Asynchronously: Lambda has queued it, and deals with its failures as with any others."""
    answer = account.client("lambda").invoke(FunctionName=arn, InvocationType="Event", Payload=parcel.text.encode())
    if answer["StatusCode"] != _ACCEPTED:
        raise RefusedError(f"{short(arn)} did not take it: status {answer['StatusCode']}")


def _stream(account: Account, arn: str, parcel: Parcel) -> None:
    key = parcel.parameters.get("PartitionKey") or parcel.event.get("id") or uuid4().hex
    account.client("kinesis").put_record(StreamARN=arn, Data=parcel.text.encode(), PartitionKey=str(key))


def _firehose(account: Account, arn: str, parcel: Parcel) -> None:
    account.client("firehose").put_record(DeliveryStreamName=short(arn), Record={"Data": parcel.text.encode()})


def _bus(account: Account, arn: str, parcel: Parcel) -> None:
    """As a new event: only EventBridge itself keeps an event's id. What it is comes from `event`, and the detail from
    `text` where `parameters` say what it is an event of.
    """
    event = parcel.event
    named = {name: parcel.parameters[name] for name in _OF_EVENTS if name in parcel.parameters}
    if not named and "detail-type" not in event:
        raise RefusedError(f"it is no event, and {short(arn)} takes nothing else")
    made = {
        "Source": event.get("source"),
        "DetailType": event.get("detail-type"),
        "Detail": json.dumps(event.get("detail", {})),
        "Time": event.get("time"),
        "Resources": event.get("resources"),
    } | ({**named, "Detail": parcel.text} if named else {})
    entry = {name: value for name, value in made.items() if value}
    (result,) = account.client("events").put_events(Entries=[{**entry, "EventBusName": arn}])["Entries"]
    if result.get("ErrorCode"):
        raise RefusedError(f"{short(arn)} did not take it: {result['ErrorCode']}: {result.get('ErrorMessage', '')}")


def _state_machine(account: Account, arn: str, parcel: Parcel) -> None:
    account.client("stepfunctions").start_execution(stateMachineArn=arn, input=parcel.text)


def _log_group(account: Account, arn: str, parcel: Parcel) -> None:
    logs, group, stream = account.client("logs"), short(arn), parcel.parameters.get("LogStreamName") or uuid4().hex
    try:
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
    except ClientError as error:
        if code_of(error) != "ResourceAlreadyExistsException":
            raise
    entry = {"timestamp": round(account.clock.now() * 1000), "message": parcel.text}
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[entry])


_SENDERS: Mapping[str, Callable[[Account, str, Parcel], Any]] = {
    "sqs": _queue,
    "sns": _topic,
    "lambda": _function,
    "kinesis": _stream,
    "firehose": _firehose,
    "event-bus": _bus,
    "states": _state_machine,
    "logs": _log_group,
}
