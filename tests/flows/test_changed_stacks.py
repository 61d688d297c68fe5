"""The project's own stacks, changed and deleted under a platform that has orders on their way."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bus.cli.demo.queries import open_lake
from bus.local.errors import PlaneError
from bus.local.platform import LocalPlatform
from bus.local.stacks import NotReplaceableError

PROJECT = Path(__file__).parents[2]
TEMPLATES = {
    "infra": PROJECT / "bus/infra/template.yaml",
    **{name: PROJECT / f"services/{name}/template.yaml" for name in ("orders", "notifications", "analytics")},
}
Deploy = Callable[..., None]


@pytest.fixture
def deploy(platform: LocalPlatform, tmp_path: Path) -> Deploy:
    """`deploy("orders", ("BatchSize: 10", "BatchSize: 1"))`: a stack, with texts of its template replaced."""

    def deployed(stack: str, *changes: tuple[str, str], **parameters: str) -> None:
        text = TEMPLATES[stack].read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / stack / "template.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        platform.deploy(path, stack, **parameters)

    return deployed


def told(platform: LocalPlatform) -> list[str]:
    """The subjects of the mails that customers got."""
    return sorted(mail.subject for mail in platform.outside.mails)


def reaches_everyone(platform: LocalPlatform, lake: Any, *orders: str) -> bool:
    """Whether customers heard of each order once, the lake has one row of it, and no dead-letter queue anything."""
    subjects, rows = told(platform), lake.query("SELECT order_id FROM order_placed")
    once = all(sum(order in subject for subject in subjects) == 1 and rows.count([order]) == 1 for order in orders)
    queues = [
        (one.logical_id, stack.name)
        for stack in platform.stacks.values()
        for one in stack.resources.values()
        if one.type == "AWS::SQS::Queue" and "DeadLetters" in one.logical_id
    ]
    return once and bool(queues) and not any(platform.queue(*queue).bodies() for queue in queues)


CHANGES: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "the archive keeps less": ("infra", (("Default: 90", "Default: 30"), ("!Ref ArchiveDays", "30"))),
    "the archive is another resource": ("infra", (("  Archive:\n", "  Everything:\n"),)),
    "a policy is another resource": ("infra", (("  BusDeadLettersPolicy:", "  BusDeadLetterRights:"),)),
    "the bus has no dead-letter queue": (
        "infra",
        (("      DeadLetterConfig:\n        Arn: !GetAtt BusDeadLetters.Arn\n", ""),),
    ),
    "the pipe takes one at a time": ("orders", (("BatchSize: 10", "BatchSize: 1"),)),
    "the pipe retries less": (
        "orders",
        (("          MaximumRetryAttempts: 5\n", ""), ("RecordAgeInSeconds: 3600", "RecordAgeInSeconds: 60")),
    ),
    "the pipe has another name": ("orders", (("-orders-outbox", "-orders-relay"),)),
    "the pipe's dead letters go elsewhere": ("orders", (("OutboxDeadLetters", "LostOrders"),)),
    "the relay has more memory": (
        "orders",
        (("Description: Makes events", "MemorySize: 1024\n      Description: Makes events"),),
    ),
    "the table has no expiry": (
        "orders",
        (("      TimeToLiveSpecification: { AttributeName: expires_at, Enabled: true }\n", ""),),
    ),
    "the queues show messages later": (
        "notifications",
        (("VisibilityTimeout: 181", "VisibilityTimeout: 300\n      DelaySeconds: 3"),),
    ),
    "a queue has a name": (
        "notifications",
        (
            (
                "  EmailQueue:\n    Type: AWS::SQS::Queue\n    Properties:\n",
                "  EmailQueue:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: mails\n",
            ),
        ),
    ),
    "the rule is another one": ("notifications", (("OrderNewsRule:", "NewsRule:"), ("-order-news", "-news"))),
    "the functions wait for no batch": (
        "notifications",
        (("            MaximumBatchingWindowInSeconds: 1\n", ""), ("BatchSize: 10", "BatchSize: 1")),
    ),
    "the topic has a name": (
        "notifications",
        (("      DisplayName: What became of orders\n", "      TopicName: order-news\n"),),
    ),
    "what was handled is kept elsewhere": (
        "notifications",
        (("  Handled:\n", "  Told:\n"), ("!Ref Handled", "!Ref Told")),
    ),
    "the delivery waits longer": ("analytics", (("IntervalInSeconds: 40", "IntervalInSeconds: 60"),)),
    "the transform takes smaller batches": ("analytics", (('ParameterValue: "15"', 'ParameterValue: "5"'),)),
    "the stream keeps less": ("analytics", (("RetentionPeriodHours: 168", "RetentionPeriodHours: 24"),)),
    "the rule retries less": ("analytics", (("MaximumRetryAttempts: 185", "MaximumRetryAttempts: 3"),)),
}


@pytest.mark.parametrize(("stack", "changes"), CHANGES.values(), ids=CHANGES.keys())
def test_orders_on_their_way_and_later_ones_reach_everyone_though_a_stack_changes_and_changes_back(
    shop, platform, lake, deploy, stack, changes
):
    shop.prefer(email="ada@customers.example")
    orders = [shop.place()]
    # What waits in a queue goes with it when the queue is replaced.
    platform.advance(timedelta(minutes=5 if "QueueName" in str(changes) else 0, seconds=0.5))

    deploy(stack, *changes)
    platform.run_until_idle()
    assert platform.stacks[stack].left_behind == ()
    assert reaches_everyone(platform, lake, *orders)
    orders.append(shop.place())
    platform.run_until_idle()
    deploy(stack)
    orders.append(shop.place())
    platform.run_until_idle()

    assert reaches_everyone(platform, lake, *orders)


REFUSED = (
    "\n  ZzRefused:\n    Type: AWS::SQS::Queue\n    DependsOn: {after}\n    Properties: {{ DelaySeconds: 9999 }}\n"
)


@pytest.mark.parametrize(("stack", "changes"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_that_is_refused_at_its_end_leaves_the_stack_as_it_was(shop, platform, lake, deploy, stack, changes):
    shop.prefer(email="ada@customers.example")
    orders = [shop.place()]
    platform.advance(timedelta(seconds=0.5))
    before = {name: one.ref for name, one in platform.stacks[stack].resources.items()}
    last = {"infra": "BusName", "orders": "ApiUrl", "notifications": "Api", "analytics": "WorkgroupName"}[stack]

    with pytest.raises(PlaneError, match=r"ZzRefused .*DelaySeconds") as refused:
        deploy(stack, *changes, ("\nOutputs:", f"{REFUSED.format(after=last)}\nOutputs:"))

    assert getattr(refused.value, "__notes__", []) == []
    assert {name: one.ref for name, one in platform.stacks[stack].resources.items()} == before
    orders.append(shop.place())
    platform.run_until_idle()
    assert reaches_everyone(platform, lake, *orders)


PIPE_READS_ANOTHER_STREAM = {
    "of another view": (("StreamViewType: NEW_IMAGE }", "StreamViewType: NEW_AND_OLD_IMAGES }"),),
    "of another table": (
        ("      BillingMode: PAY_PER_REQUEST\n", "      BillingMode: PAY_PER_REQUEST\n      TableName: all\n"),
    ),
}


@pytest.mark.parametrize("changes", PIPE_READS_ANOTHER_STREAM.values(), ids=PIPE_READS_ANOTHER_STREAM.keys())
def test_a_pipe_with_a_name_cannot_read_another_stream_unless_it_gets_another_name(
    shop, platform, lake, deploy, changes
):
    shop.prefer(email="ada@customers.example")

    with pytest.raises(NotReplaceableError, match=r"template\.yaml:\d+: OutboxPipe .* rename it"):
        deploy("orders", *changes)
    platform.delete("orders")
    deploy("orders")
    deploy("orders", ("-orders-outbox", "-orders-relay"), ("NEW_IMAGE }", "NEW_AND_OLD_IMAGES }"))
    order = shop.place()
    platform.run_until_idle()

    assert reaches_everyone(platform, lake, order)


@pytest.mark.parametrize("stack", ["orders", "notifications", "analytics"])
def test_a_service_that_is_deleted_and_deployed_again_does_its_work(shop, platform, deploy, stack):
    platform.delete(stack)
    deploy(stack)
    lake = open_lake(platform)
    shop.prefer(email="ada@customers.example")

    order = shop.place()
    platform.run_until_idle()

    assert reaches_everyone(platform, lake, order)


def test_the_whole_platform_deleted_last_first_and_deployed_again_does_its_work(shop, platform, deploy):
    for stack in reversed(tuple(platform.stacks)):
        platform.delete(stack)
    for stack in TEMPLATES:
        deploy(stack)
    lake = open_lake(platform)
    shop.prefer(email="ada@customers.example")

    order = shop.place()
    platform.run_until_idle()

    assert reaches_everyone(platform, lake, order)


def test_a_service_reads_what_another_stack_says_now_at_its_own_next_deployment(platform, deploy):
    api = platform.find("Api", "orders")
    deploy("infra", TokenIssuer="https://identity.example")
    assert "https://identity.example" not in str(platform.stacks["orders"].resources["Api"].made.properties)

    deploy("orders")

    assert platform.find("Api", "orders") == api
    assert "https://identity.example" in str(platform.stacks["orders"].resources["Api"].made.properties)
    deploy("infra")
    name = "/omnibus/dev/identity/issuer"
    assert platform.client("ssm").get_parameter(Name=name)["Parameter"]["Value"] == "https://identity.example"


def test_one_seed_gives_one_ledger_though_stacks_change_on_the_way(tmp_path, shop_of):
    def digest(seed: int) -> str:
        with LocalPlatform.of_project(PROJECT, seed=seed) as platform:
            open_lake(platform)
            shop = shop_of(platform)
            shop.prefer(email="ada@customers.example")
            shop.place()
            for stack, changes in CHANGES.values():
                text = TEMPLATES[stack].read_text()
                for change in changes:
                    text = text.replace(*change)
                path = tmp_path / "template.yaml"
                path.write_text(text)
                platform.deploy(path, stack)
                shop.place()
            platform.run_until_idle()
            return platform.ledger.digest()

    assert digest(1) == digest(1)
    assert digest(1) != digest(2)
