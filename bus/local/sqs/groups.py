"""FIFO queues: which group's messages may be received next."""

from collections import OrderedDict
from collections.abc import Iterator
from heapq import heappop, heappush

from bus.local.sqs.lines import Line
from bus.local.sqs.message import Message, Place


class Group:
    """The messages of one group id: those visible, by arrival, and how many are held.

    Those that come back, after a visibility timeout, go before those that arrived after them: a heap by arrival.
    """

    __slots__ = ("_back", "_line", "held")

    def __init__(self) -> None:
        self._line = Line()
        self._back: list[tuple[int, Message]] = []
        self.held = 0

    def add(self, message: Message) -> None:
        last = self._line.last()
        if last is not None and last.order > message.order:
            heappush(self._back, (message.order, message))
        else:
            self._line.append(message)

    def first(self) -> Message | None:
        """Who is next, if anybody is visible."""
        while self._back and self._back[0][1].place is not Place.VISIBLE:
            heappop(self._back)
        in_line = self._line.first()
        if self._back and (in_line is None or self._back[0][0] < in_line.order):
            return self._back[0][1]
        return in_line

    def pop(self) -> Message | None:
        """Take the next one out, if there is anybody."""
        message = self.first()
        if message is None:
            return None
        if self._back and self._back[0][1] is message:
            heappop(self._back)
        else:
            self._line.pop()
        self.held += 1
        return message


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
        group = self._groups.get(name)
        if group is None:
            group = self._groups[name] = Group()
        group.add(message)
        if not group.held:
            self._free[name] = group

    def take(self, limit: int) -> list[Message]:
        taken: list[Message] = []
        while len(taken) < limit and self.holds():
            _, group = self._free.popitem(last=False)
            taken += self._take_from(group, limit - len(taken))
        return taken

    def release(self, message: Message) -> bool:
        name = message.group_id or ""
        group = self._groups[name]
        group.held -= 1
        if group.held:
            return False
        if group.first() is not None:
            self._free[name] = group
            return True
        del self._groups[name]
        return False

    def holds(self) -> bool:
        while self._free:
            name, group = next(iter(self._free.items()))
            if group.first() is not None:
                return True
            del self._free[name], self._groups[name]
        return False

    def _take_from(self, group: Group, limit: int) -> Iterator[Message]:
        for _ in range(limit):
            message = group.pop()
            if message is None:
                return
            yield message
