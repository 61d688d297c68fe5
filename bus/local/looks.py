"""What tests look at by its logical id: a queue's messages, a table's items. Looking changes nothing."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from bus.local.plane import Plane
from bus.local.sqs import SqsRoom

_PLAIN = TypeDeserializer()


class QueueLook:
    """A queue's messages, visible or not, oldest first; nothing is received by looking."""

    def __init__(self, plane: Plane, url: str) -> None:
        room: SqsRoom = plane.rooms["sqs"]
        self._room, self.url = room, url

    def bodies(self) -> list[str]:
        """The bodies of all its messages."""
        return [message.body for message in self._room.held(self.url)]

    def documents(self) -> list[Any]:
        """The same, read as JSON. Raises ValueError for a body that is none."""
        return [json.loads(body) for body in self.bodies()]

    def receive_counts(self) -> list[int]:
        """How often each message was received."""
        return [message.receive_count for message in self._room.held(self.url)]

    def __len__(self) -> int:
        return len(self._room.held(self.url))

    def __iter__(self) -> Iterator[str]:
        return iter(self.bodies())


class TableLook:
    """A table's items as Python has them: numbers are Decimal, sets are sets, binary is bytes."""

    def __init__(self, plane: Plane, name: str) -> None:
        self._plane, self.name = plane, name

    def items(self) -> list[dict[str, Any]]:
        """Every item, in the order of a scan."""
        return list(self._scanned())

    def find(self, **attributes: Any) -> list[dict[str, Any]]:
        """The items with these attributes."""
        return [item for item in self._scanned() if attributes.items() <= item.items()]

    def __len__(self) -> int:
        return len(self.items())

    def _scanned(self) -> Iterator[dict[str, Any]]:
        start: Mapping[str, Any] = {}
        while True:
            page = self._plane.call_with("dynamodb", "Scan", {"TableName": self.name, "ConsistentRead": True, **start})
            for item in page["Items"]:
                yield {name: _PLAIN.deserialize(value) for name, value in item.items()}
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
