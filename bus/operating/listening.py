"""Events as they come to a bus, chosen by a pattern: a rule and a queue for as long as somebody listens."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

PREFIX = "omnibus-tail-"
_LONGEST_WAIT = 20  # seconds: SQS API reference, ReceiveMessage, WaitTimeSeconds
_KEPT = 300  # seconds that a queue keeps events for a listener that is too slow


@contextmanager
def listening(events: Any, sqs: Any, bus: str, pattern: str) -> Iterator[Iterator[Mapping[str, Any]]]:
    """Within the block, the events of `bus` that match, one by one; the iterator never ends by itself.

    `events` and `sqs` are boto3's clients. What earlier listeners left behind that could not tidy up is removed. Raises
    botocore's ClientError, for an invalid pattern among others.
    """
    _tidy(events, sqs, bus)
    name = f"{PREFIX}{uuid4().hex[:12]}"
    rule = events.put_rule(Name=name, EventBusName=bus, EventPattern=pattern, Description="bus tail listens")["RuleArn"]
    try:
        url, arn = _queue(sqs, name, rule)
        try:
            events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "tail", "Arn": arn}])
            yield _received(sqs, url)
        finally:
            sqs.delete_queue(QueueUrl=url)
    finally:
        _remove(events, bus, name)


def _queue(sqs: Any, name: str, rule: str) -> tuple[str, str]:
    url = sqs.create_queue(QueueName=name, Attributes={"MessageRetentionPeriod": str(_KEPT)})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return url, arn


def _received(sqs: Any, url: str) -> Iterator[Mapping[str, Any]]:
    while True:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=_LONGEST_WAIT)
        messages = answer.get("Messages", ())
        for message in messages:
            yield json.loads(message["Body"])
        if messages:
            handles = [{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(messages)]
            sqs.delete_message_batch(QueueUrl=url, Entries=handles)


def _tidy(events: Any, sqs: Any, bus: str) -> None:
    """Remove rules whose queue nobody reads: its listener was killed."""
    for rule in events.list_rules(EventBusName=bus, NamePrefix=PREFIX)["Rules"]:
        urls = sqs.list_queues(QueueNamePrefix=rule["Name"]).get("QueueUrls", ())
        waiting = sum(_depth(sqs, url) for url in urls)
        if not urls or waiting:
            for url in urls:
                sqs.delete_queue(QueueUrl=url)
            _remove(events, bus, rule["Name"])


def _depth(sqs: Any, url: str) -> int:
    name = "ApproximateNumberOfMessages"
    return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])


def _remove(events: Any, bus: str, name: str) -> None:
    events.remove_targets(Rule=name, EventBusName=bus, Ids=["tail"])
    events.delete_rule(Name=name, EventBusName=bus)
