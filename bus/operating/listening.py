"""Events as they come to a bus, chosen by a pattern: a rule and a queue for as long as somebody listens."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from bus.operating.account import Account

PREFIX = "omnibus-tail-"
_LONGEST_WAIT = 20  # seconds: SQS API reference, ReceiveMessage, WaitTimeSeconds
_KEPT = 300  # seconds that a queue keeps events for a listener that is too slow
_ALIVE = 300.0  # seconds after which a listener says that it is still there
_DEAD = 1200.0  # seconds after which one that has not said so was killed


@contextmanager
def listening(account: Account, bus: str, pattern: str) -> Iterator[Iterator[Mapping[str, Any]]]:
    """Within the block, the events of `bus` that match, one by one; the iterator never ends by itself.

    What listeners of before left behind that could not tidy up is removed. Raises botocore's ClientError, for an
    invalid pattern among others; a BotoCoreError when nobody answers any more, and then what was made stays.
    """
    events, sqs = account.client("events"), account.client("sqs")
    _tidy(account, bus)
    name = f"{PREFIX}{uuid4().hex[:12]}"
    rule = events.put_rule(Name=name, EventBusName=bus, EventPattern=pattern, Description="bus tail listens")["RuleArn"]
    try:
        url = sqs.create_queue(QueueName=name, Attributes={"MessageRetentionPeriod": str(_KEPT)})["QueueUrl"]
        try:
            events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "tail", "Arn": _opened(sqs, url, rule)}])
            yield _received(account, url)
        finally:
            sqs.delete_queue(QueueUrl=url)
    finally:
        _remove(events, bus, name)


def _opened(sqs: Any, url: str, rule: str) -> str:
    """Let the rule send to the queue; the queue's ARN."""
    arn: str = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return arn


def _received(account: Account, url: str) -> Iterator[Mapping[str, Any]]:
    sqs, clock = account.client("sqs"), account.clock
    told = clock.now()
    while True:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=_LONGEST_WAIT)
        messages = answer.get("Messages", ())
        for message in messages:
            yield json.loads(message["Body"])
        if messages:
            handles = [{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(messages)]
            sqs.delete_message_batch(QueueUrl=url, Entries=handles)
        if clock.now() - told > _ALIVE:
            told = clock.now()
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": str(_KEPT)})


def _tidy(account: Account, bus: str) -> None:
    """Remove the rules and queues whose listener has been silent for long: it was killed."""
    events, sqs = account.client("events"), account.client("sqs")
    for rule in events.list_rules(EventBusName=bus, NamePrefix=PREFIX)["Rules"]:
        urls = sqs.list_queues(QueueNamePrefix=rule["Name"]).get("QueueUrls", ())
        if all(account.clock.now() - _last_sign(sqs, url) > _DEAD for url in urls):
            for url in urls:
                sqs.delete_queue(QueueUrl=url)
            _remove(events, bus, rule["Name"])


def _last_sign(sqs: Any, url: str) -> float:
    """When its listener last said that it was there, in epoch seconds."""
    name = "LastModifiedTimestamp"
    return float(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])


def _remove(events: Any, bus: str, name: str) -> None:
    events.remove_targets(Rule=name, EventBusName=bus, Ids=["tail"])
    events.delete_rule(Name=name, EventBusName=bus)
