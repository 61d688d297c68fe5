"""A batch of stream records that a dead letter names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

_KINDS = {"KinesisBatchInfo": "kinesis", "DDBStreamBatchInfo": "dynamodb"}


@dataclass(frozen=True)
class Batch:
    """The records of a shard from `first` to `last`, both sequence numbers included; `size` of them were given up."""

    kind: str
    stream: str
    shard: str
    first: str
    last: str
    size: int

    @classmethod
    def of(cls, document: Any) -> Self | None:
        """Of a dead letter of a pipe or an event source mapping; None for other documents.

        Lambda developer guide, "Retain discarded batch records".
        """
        if not isinstance(document, Mapping):
            return None
        for name, kind in _KINDS.items():
            info = document.get(name)
            if isinstance(info, Mapping):
                return cls(
                    kind,
                    info["streamArn"],
                    info["shardId"],
                    info["startSequenceNumber"],
                    info["endSequenceNumber"],
                    int(info["batchSize"]),
                )
        return None

    def holds(self, sequence: str) -> bool:
        """Whether a sequence number, a whole number of many digits, lies within."""
        return int(self.first) <= int(sequence) <= int(self.last)

    def __str__(self) -> str:
        records = "1 record" if self.size == 1 else f"{self.size:,} records"
        return f"{records} of {self.shard} from {self.first}"
