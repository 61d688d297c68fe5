"""What a channel's filter policy lets through, its function handles and its templates put into words."""

import runpy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bus.topology import Preview, Setting, Template
from services.notifications import wiring
from services.notifications.domain import Channel

PROJECT = Path(__file__).parents[2]
SERVICE = PROJECT / "services/notifications"


@dataclass(frozen=True)
class Branch:
    """From the topic through one channel's queue to its function."""

    channel: Channel
    handler: Path
    detail_types: tuple[str, ...]


def branches() -> Iterator[Branch]:
    """One for each subscription, found by the queue that it and a function's mapping name."""
    functions = made("AWS::Lambda::Function")
    readers = {
        mapping["EventSourceArn"]: functions[mapping["FunctionName"]]
        for mapping in made("AWS::Lambda::EventSourceMapping").values()
    }
    for subscription in made("AWS::SNS::Subscription").values():
        module = readers[subscription["Endpoint"]]["Handler"].rpartition(".")[0]
        handler = PROJECT / f"{module.replace('.', '/')}.py"
        yield Branch(Channel(handler.stem), handler, tuple(subscription["FilterPolicy"]["detail-type"]))


def made(type_: str) -> dict[str, dict[str, Any]]:
    """The properties of every resource of a type, by its Ref."""
    template = Template.load(SERVICE / "template.yaml")
    preview = Preview(template, Setting("notifications", "123456789012", "us-east-1", "stack"), lambda name: name)
    resources = [resource for resource in template.in_order() if resource.type == type_]
    return {f"${{{resource.logical_id}}}": preview.properties(resource) for resource in resources}


BRANCHES = sorted(branches(), key=lambda branch: branch.channel)
by_branch = pytest.mark.parametrize("branch", BRANCHES, ids=lambda branch: branch.channel)


def test_every_channel_has_a_branch():
    assert [branch.channel for branch in BRANCHES] == sorted(Channel)


@by_branch
def test_what_a_filter_policy_lets_through_is_what_its_function_handles(
    branch: Branch, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(wiring, "teller", lambda _channel: None)

    handler = runpy.run_path(str(branch.handler))["handler"]

    assert set(handler.detail_types) == set(branch.detail_types)


@by_branch
def test_what_a_filter_policy_lets_through_has_a_template(branch: Branch):
    templates = SERVICE / "templates" / branch.channel

    written = {path.name.removesuffix(".txt.j2") for path in templates.glob("*.txt.j2")}

    # A webhook says what the event says, and needs no template.
    assert written == (set() if branch.channel is Channel.WEBHOOK else set(branch.detail_types))
