"""Which messages may be received next: best effort on a standard queue, by group on a FIFO queue."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Protocol

from bus.local.sqs.message import Message, Place


class Ready(Protocol):
    """The visible messages of a queue; every method costs the same however many there are."""

    def add(self, message: Message) -> None:
        """`message` has become visible."""

    def take(self, limit: int) -> list[Message]:
        """Up to `limit` messages, next first; they are held until each is `released`."""

    def discard(self, message: Message) -> None:
        """`message`, visible until now, is no more."""

    def release(self, message: Message) -> bool:
        """`message` is held no longer. Returns whether others may be received because of that."""

    def holds(self) -> bool:
        """Whether `take` would find anything."""


class BestEffort:
    """A standard queue: any order is allowed, so oldest first."""

    def __init__(self) -> None:
        self._visible: OrderedDict[str, Message] = OrderedDict()

    def add(self, message: Message) -> None:
        self._visible[message.id] = message

    def take(self, limit: int) -> list[Message]:
        return [self._visible.popitem(last=False)[1] for _ in range(min(limit, len(self._visible)))]

    def discard(self, message: Message) -> None:
        self._visible.pop(message.id, None)

    def release(self, message: Message) -> bool:  # noqa: ARG002 - nothing waits for another message here
        return False

    def holds(self) -> bool:
        return bool(self._visible)


@dataclass(slots=True)
class Group:
    """The messages of one group id: those visible, by arrival, and how many are held."""

    visible: list[tuple[int, Message]] = field(default_factory=list)
    held: int = 0

    def drop_stale(self) -> None:
        """Forget the foremost messages that were deleted or expired while they were visible."""
        while self.visible and self.visible[0][1].place is not Place.VISIBLE:
            heappop(self.visible)


class ByGroup:
    """A FIFO queue: in order within a group, and nothing of a group while any of it is in flight.

    A receive takes as many as it can from one group before it turns to the next (developer guide,
    "FIFO delivery logic").
    """

    def __init__(self) -> None:
        self._groups: dict[str, Group] = {}
        self._free: OrderedDict[str, Group] = OrderedDict()

    def add(self, message: Message) -> None:
        name = message.group_id or ""
        group = self._groups.setdefault(name, Group())
        heappush(group.visible, (message.order, message))
        if not group.held:
            self._free[name] = group

    def take(self, limit: int) -> list[Message]:
        taken: list[Message] = []
        while self.holds() and len(taken) < limit:
            _, group = self._free.popitem(last=False)
            taken += self._take_from(group, limit - len(taken))
        return taken

    def discard(self, message: Message) -> None:
        """Nothing to do: `take` passes over it."""

    def release(self, message: Message) -> bool:
        name = message.group_id or ""
        group = self._groups[name]
        group.held -= 1
        group.drop_stale()
        if group.held:
            return False
        if group.visible:
            self._free[name] = group
            return True
        del self._groups[name]
        return False

    def holds(self) -> bool:
        while self._free:
            name, group = next(iter(self._free.items()))
            group.drop_stale()
            if group.visible:
                return True
            del self._free[name], self._groups[name]
        return False

    def _take_from(self, group: Group, limit: int) -> Iterable[Message]:
        while group.visible and group.held < limit:
            yield heappop(group.visible)[1]
            group.held += 1
            group.drop_stale()
