"""Whose resources: the project's stacks', or the whole account's."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bus.operating.account import Account

_GONE = "DELETE_COMPLETE"
_LAST = re.compile(r"[^/|:]+$")  # of a queue's URL, an ARN, "bus|rule"


@dataclass(frozen=True)
class Scope:
    """`resources` are types and names ("AWS::SQS::Queue", "orders-Queue-1A2B"); None is everything.

    `stacks` are the names of the stacks that they are of.
    """

    resources: frozenset[tuple[str, str]] | None = None
    stacks: tuple[str, ...] = ()

    def holds(self, type_: str, name: str) -> bool:
        return self.resources is None or (type_, name) in self.resources


def scope_of(account: Account, services: Iterable[str]) -> Scope:
    """The resources of the stacks that are called like one of `services`, or end so ("omnibus-dev-orders").

    Everything, where there are no such stacks. Raises ClientError.
    """
    endings = tuple(f"-{service}" for service in services)
    listed = account.pages("cloudformation", "list_stacks", "StackSummaries")
    names = sorted({each["StackName"] for each in listed if each["StackStatus"] != _GONE})
    own = tuple(name for name in names if f"-{name}".endswith(endings))
    if not own:
        return Scope()
    resources = account.each(lambda name: _resources(account, name), own)
    found = {(each["ResourceType"], _name(each.get("PhysicalResourceId", ""))) for some in resources for each in some}
    return Scope(frozenset(found), own)


def _resources(account: Account, stack: str) -> list[Any]:
    return account.pages("cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=stack)


def _name(physical_id: str) -> str:
    last = _LAST.search(physical_id)
    return last[0] if last else physical_id
