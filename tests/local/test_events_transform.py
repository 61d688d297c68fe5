"""Cases from the EventBridge user guide, "Amazon EventBridge input transformation"."""

from typing import Any

import pytest

from bus.local.errors import AwsError
from bus.local.events.event import Event
from bus.local.events.transform import compile_transform

RULE = "arn:aws:events:us-east-1:123456789012:rule/example"
DETAIL = '{"instance-id": "i-0123456789", "state": "RUNNING", "tags": ["a", "b"], "size": {"cpu": 2}}'
EVENT = Event(
    {
        "version": "0",
        "id": "7bf73129",
        "detail-type": "EC2 Instance State-change Notification",
        "source": "omnibus.compute",
        "account": "123456789012",
        "time": "2015-11-11T21:29:54Z",
        "region": "us-east-1",
        "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111"],
        "detail": {"instance-id": "i-0123456789", "state": "RUNNING", "tags": ["a", "b"], "size": {"cpu": 2}},
    },
    DETAIL,
    ingested=1767225600.5,
)
PATHS = {
    "instance": "$.detail.instance-id",
    "state": "$.detail.state",
    "tags": "$.detail.tags",
    "first": "$.detail.tags[0]",
    "cpu": "$.detail.size.cpu",
    "size": "$.detail.size",
    "every": "$.detail.tags[*]",
    "nothing": "$.detail.nothing",
}
AROUND = EVENT.envelope


def transformed(**target: Any) -> str:
    transform = compile_transform({"Id": "target", **target}, "example", RULE)
    assert transform is not None
    return transform(EVENT)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('"instance <instance> is in <state>"', '"instance i-0123456789 is in RUNNING"'),
        ('{"instance": <instance>, "state": <state>}', '{"instance": "i-0123456789", "state": "RUNNING"}'),
        ('{"instance": "<instance>"}', '{"instance": "i-0123456789"}'),
        ('{"tags": <tags>, "size": <size>}', '{"tags": ["a","b"], "size": {"cpu":2}}'),
        ('{"tags": "tags <tags>"}', '{"tags": "tags [a,b]"}'),
        ('{"cpu": <cpu>, "first": <first>, "every": <every>}', '{"cpu": 2, "first": "a", "every": ["a","b"]}'),
        ('"first line, <state>"\n"second line"', '"first line, RUNNING"\n"second line"'),
        ("<size>", '{"cpu":2}'),
        (
            '{"nested": {"list": [<state>, "<state>", "a < b > c"]}}',
            '{"nested": {"list": ["RUNNING", "RUNNING", "a < b > c"]}}',
        ),
        ('{"text": "\\"<state>\\" <first>"}', '{"text": "\\"RUNNING\\" a"}'),
        ('{"gone": "<nothing>."}', '{"gone": "."}'),
        ('{"gone": <nothing>}', '{"gone": ""}'),
        ('{"rule": <aws.events.rule-name>}', '{"rule": "example"}'),
        ('"of <aws.events.rule-arn>"', f'"of {RULE}"'),
        ('{"at": <aws.events.event.ingestion-time>}', '{"at": "2026-01-01T00:00:00Z"}'),
        ('{"event": <aws.events.event>}', f'{{"event": {AROUND.replace("detail-type", "detailType")}}}'),
        ('{"event": <aws.events.event.json>}', f'{{"event": {EVENT.text}}}'),
    ],
)
def test_a_template_is_filled_as_the_user_guide_says(template: str, expected: str):
    assert transformed(InputTransformer={"InputPathsMap": PATHS, "InputTemplate": template}) == expected


def test_a_constant_and_a_part_are_sent_in_place_of_the_event():
    assert transformed(Input='{"always": "this"}') == '{"always": "this"}'
    assert transformed(InputPath="$.detail.size") == '{"cpu":2}'


def test_the_text_of_an_event_is_the_envelope_and_the_detail_as_published():
    assert EVENT.text == f'{AROUND[:-1]},"detail":{DETAIL}}}'


@pytest.mark.parametrize(
    ("transformer", "message"),
    [
        ({"InputTemplate": '{"a": <unknown>}'}, r"contains invalid placeholder unknown\."),
        ({"InputTemplate": '{"a": <state>', "InputPathsMap": PATHS}, "not valid JSON"),
        ({"InputTemplate": '"x"', "InputPathsMap": {"x": "$..deep"}}, "InvalidInputPath"),
        ({"InputTemplate": '"x"', "InputPathsMap": {"aws.events.rule-arn": "$.id"}}, "reserved variable"),
        ({"InputTemplate": '"x"', "InputPathsMap": {"a b": "$.id"}}, "has the key a b"),
        ({"InputTemplate": '{"<state>": 1}', "InputPathsMap": PATHS}, "cannot be an object key"),
        ({"InputTemplate": '{"a": [{"of <state>": "<state>"}]}', "InputPathsMap": PATHS}, "cannot be an object key"),
        ({"InputTemplate": "<state> is bare", "InputPathsMap": PATHS}, "not valid JSON"),
        ({"InputTemplate": "  "}, "not valid JSON"),
    ],
)
def test_a_template_that_cannot_be_filled_is_refused(transformer: dict[str, Any], message: str):
    with pytest.raises(AwsError, match=message):
        transformed(InputTransformer=transformer)
