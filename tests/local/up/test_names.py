"""What hops are called for people."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bus.local.ledger import Hop
from bus.local.platform import LocalPlatform
from bus.local.up.feed import line
from bus.local.up.names import Names

ROOT = Path(__file__).parents[3]
TEMPLATES = [ROOT / "bus/infra/template.yaml", *sorted(ROOT.glob("services/*/template.yaml"))]
ACCOUNT = "us-east-1:123456789012"


@pytest.fixture(scope="module")
def platform() -> Iterator[LocalPlatform]:
    with LocalPlatform(TEMPLATES) as deployed:
        yield deployed


@pytest.fixture(scope="module")
def names(platform: LocalPlatform) -> Names:
    return Names(platform.plane)


@pytest.mark.parametrize(
    ("label", "type_", "service", "form"),
    [
        ("notifications/EmailQueue", "AWS::SQS::Queue", "sqs", "{}"),
        ("notifications/OrderNews", "AWS::SNS::Topic", "sns", "{}"),
        ("orders/Table", "AWS::DynamoDB::Table", "dynamodb", "table/{}"),
        ("orders/Table", "AWS::DynamoDB::Table", "dynamodb", "table/{}/stream/2026-01-01T00:00:00.000"),
        ("orders/ApiFunction", "AWS::Lambda::Function", "lambda", "function:{}"),
        ("orders/ApiFunction", "AWS::Lambda::Function", "lambda", "function:{}:7"),
        ("analytics/Events", "AWS::Kinesis::Stream", "kinesis", "stream/{}"),
        ("infra/Bus", "AWS::Events::EventBus", "events", "event-bus/{}"),
        ("infra/Archive", "AWS::Events::Archive", "events", "archive/{}"),
        ("orders/OutboxPipe", "AWS::Pipes::Pipe", "pipes", "pipe/{}"),
    ],
)
def test_an_arn_is_called_as_the_template_calls_it(
    platform: LocalPlatform, names: Names, label: str, type_: str, service: str, form: str
) -> None:
    stack, logical_id = label.split("/")
    made = platform.stacks[stack].resources[logical_id]
    assert made.type == type_
    name = made.ref.rpartition("/")[2].rpartition(":")[2]

    assert names.short(f"arn:aws:{service}:{ACCOUNT}:{form.format(name)}") == label


def test_a_bare_name_is_enough_where_it_is_one_resources(platform: LocalPlatform, names: Names) -> None:
    assert names.short(platform.stacks["orders"].resources["ApiFunction"].ref) == "orders/ApiFunction"


def test_a_request_is_told_with_its_route(platform: LocalPlatform, names: Names) -> None:
    api = platform.stacks["orders"].resources["Api"].ref

    assert names.short(f"{api}/$default/POST/orders/7/payment") == "orders/Api POST /orders/7/payment"


@pytest.mark.parametrize(
    ("resource", "shown"),
    [
        (f"arn:aws:sqs:{ACCOUNT}:somebodys", "somebodys"),
        (f"arn:aws:events:{ACCOUNT}:rule/bus/rule", "rule"),
        ("no arn at all", "no arn at all"),
        ("", ""),
    ],
)
def test_what_no_stack_has_keeps_its_own_name(names: Names, resource: str, shown: str) -> None:
    assert names.short(resource) == shown


def test_what_is_deployed_later_is_known_once_names_were_forgotten(platform: LocalPlatform, tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text("Resources:\n  Later: { Type: AWS::SQS::Queue, Properties: { QueueName: later } }\n")
    arn = f"arn:aws:sqs:{ACCOUNT}:later"
    names = Names(platform.plane)
    before = names.short(arn)
    platform.deploy(template, "late")
    names.forget()

    assert (before, names.short(arn)) == ("later", "late/Later")


def test_a_delivery_is_told_from_topic_to_queue(platform: LocalPlatform, names: Names) -> None:
    stack = platform.stacks["notifications"].resources
    queue = str(stack["EmailQueue"].attributes["Arn"])
    hop = Hop(1, 0.0, "sns", "deliver", f"{stack['OrderNews'].ref}:0000", "e", 1, "ok", queue)

    told = names.told(hop)

    assert (told.place, told.note) == ("notifications/OrderNews → EmailQueue", "")


def test_an_event_is_told_with_its_kind_for_as_long_as_its_hops_are_kept(platform: LocalPlatform, names: Names) -> None:
    ledger = platform.plane.ledger
    first = ledger.end
    entry = {"Source": "s", "DetailType": "Kind", "Detail": "{}"}
    platform.plane.call("events", "PutEvents", Entries=[entry])
    hop = ledger.since(first)[0]
    known = names.told(hop).detail_type
    ledger.limit(1)
    for number in range(3):
        ledger.record("sqs", "SendMessage", "q", event_id=f"other-{number}")

    assert (known, names.told(hop).detail_type) == ("Kind", None)


def test_a_line_of_the_feed_survives_text_that_is_no_unicode(names: Names) -> None:
    told = names.told(Hop(1, 0.0, "sqs", "move", "q", None, 1, "ok", "half \ud83d"))

    assert b'"note":"half ?"' in line(told)
