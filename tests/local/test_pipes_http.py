"""API destinations as targets and enrichments of pipes."""

import json
from typing import Any

import boto3
import pytest

from bus.local.outside import Answer, Outside, Request
from bus.local.platform import LocalPlatform
from bus.local.resources import RefusedValuesError, Resource
from tests.local.pipe_cases import bodies, pipe, queue, send

KEY = {"ApiKeyAuthParameters": {"ApiKeyName": "X-Api-Key", "ApiKeyValue": "secret"}}


@pytest.fixture
def outside(platform: LocalPlatform) -> Outside:
    return Outside.of(platform.plane)


def destination(endpoint: str = "https://partners.example/orders/*", **more: Any) -> str:
    """The ARN of an API destination."""
    events = boto3.client("events")
    connection = events.create_connection(Name="partner", AuthorizationType="API_KEY", AuthParameters=KEY)
    given = {"InvocationEndpoint": endpoint, "HttpMethod": "PUT", **more}
    made = events.create_api_destination(Name="partner", ConnectionArn=connection["ConnectionArn"], **given)
    return str(made["ApiDestinationArn"])


HTTP = {
    "PathParameterValues": ["$.body.id"],
    "HeaderParameters": {"X-From": "pipes", "X-Kind": "$.body.kind"},
    "QueryStringParameters": {"kind": "$.body.kind"},
}


def test_an_event_becomes_a_request_with_what_its_paths_say(platform: LocalPlatform, outside: Outside):
    asked: list[Request] = []
    outside.answer("partners.example", lambda request: asked.append(request) or 200)
    url, source = queue("in")
    target = {"HttpParameters": HTTP, "InputTemplate": '{"order": "<$.body.id>"}'}
    pipe(platform.plane, source, destination(), TargetParameters=target)

    send(url, json.dumps({"id": "o 1", "kind": "new"}))
    platform.run_until_idle()

    [request] = asked
    assert (request.method, request.url) == ("PUT", "https://partners.example/orders/o%201?kind=new")
    assert json.loads(request.body) == {"order": "o 1"}
    assert {name: request.headers[name] for name in ("x-from", "x-kind", "x-api-key")} == {
        "x-from": "pipes",
        "x-kind": "new",
        "x-api-key": "secret",
    }
    assert bodies(url) == []


@pytest.mark.parametrize("refusal", [503, 404, Answer(200, seconds=6)])
def test_an_event_that_an_endpoint_does_not_take_comes_again(
    platform: LocalPlatform, outside: Outside, refusal: int | Answer
):
    answers = [refusal, 200]
    outside.answer("partners.example", lambda _: answers.pop(0))
    url, source = queue("in", VisibilityTimeout="30")
    pipe(platform.plane, source, destination("https://partners.example/orders"))

    send(url, '"a"')
    platform.run_until_idle()

    assert answers == []
    hops = platform.ledger.find("pipes", "deliver")
    assert [(hop.attempt, hop.outcome) for hop in hops] == [(1, "failed"), (2, "ok")]


def test_an_endpoint_enriches_one_event_at_a_time_and_takes_its_time(platform: LocalPlatform, outside: Outside):
    outside.answer("partners.example", lambda request: Answer(200, b'{"said": ' + request.body + b"}", seconds=4))
    (url, source), (target_url, target) = queue("in"), queue("out")
    pipe(
        platform.plane,
        source,
        target,
        Enrichment=destination("https://partners.example/orders"),
        EnrichmentParameters={"InputTemplate": "<$.body.id>"},
    )
    before = platform.plane.clock.time()

    send(url, '{"id": 1}', '{"id": 2}')
    platform.run_until_idle()

    assert bodies(target_url) == [{"said": 1}, {"said": 2}]
    assert platform.plane.clock.time() >= before + 4


def test_an_empty_answer_of_an_endpoint_reaches_no_target(platform: LocalPlatform, outside: Outside):
    outside.answer("partners.example", lambda _: 204)
    (url, source), (target_url, target) = queue("in"), queue("out")
    pipe(platform.plane, source, target, Enrichment=destination("https://partners.example/orders"))

    send(url, '"a"')
    platform.run_until_idle()

    assert (bodies(url), bodies(target_url)) == ([], [])


def test_there_is_no_batch_for_an_endpoint(platform: LocalPlatform):
    """User guide, "Amazon EventBridge Pipes batching and concurrency"."""
    (_, source), (_, target) = queue("in"), queue("out")
    reading = {"SourceParameters": {"SqsQueueParameters": {"BatchSize": 2}}}

    with pytest.raises(RefusedValuesError, match="BatchSize 2"):
        pipe(platform.plane, source, target, Enrichment=destination(), **reading)


def test_numbers_of_a_template_are_text_where_the_api_has_text(platform: LocalPlatform):
    _, source = queue("in")
    wanted = Resource(
        "stack",
        "It",
        "AWS::Pipes::Pipe",
        {
            "Name": "relay",
            "Source": source,
            "Target": destination(),
            "TargetParameters": {"HttpParameters": {"PathParameterValues": [5], "HeaderParameters": {"X-Sure": True}}},
        },
        "stack-It",
    )

    platform.plane.makers.make(wanted)

    shown = boto3.client("pipes").describe_pipe(Name="relay")["TargetParameters"]["HttpParameters"]
    assert shown == {"PathParameterValues": ["5"], "HeaderParameters": {"X-Sure": "true"}}
