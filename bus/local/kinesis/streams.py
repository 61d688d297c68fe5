"""Every stream of the account: by name and by ARN; making and deleting them."""

import re
from typing import Any

from bus.local.errors import AwsError, UnsupportedOperationError
from bus.local.kinesis.errors import invalid_argument, not_found
from bus.local.kinesis.stream import (
    DEFAULT_RECORD_KIB,
    DEFAULT_RETENTION,
    LARGEST_RECORD_KIB,
    LONGEST_RETENTION,
    Stream,
)
from bus.local.operations import Params
from bus.local.plane import Plane

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,128}")
_SHARDS_LIMIT = 10_000


class Streams:
    """The streams that exist."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._by_name: dict[str, Stream] = {}

    def names(self) -> list[str]:
        """In alphabetical order, as ListStreams has them."""
        return sorted(self._by_name)

    def named(self, name: str) -> Stream:
        """Raises AwsError when there is none."""
        if name not in self._by_name:
            raise not_found(f"Stream {name} under account {self._plane.account} not found.")
        return self._by_name[name]

    def of(self, params: Params) -> Stream:
        """The stream that a request names by StreamARN or StreamName. Raises AwsError."""
        for undone in ("StreamId", "DryRun"):
            if params.get(undone):
                raise UnsupportedOperationError(f"the parameter {undone}")
        arn: str | None = params.get("StreamARN")
        name: str | None = params.get("StreamName") if arn is None else arn.rpartition("/")[2]
        if name is None:
            raise invalid_argument("Either StreamName or StreamARN must be provided.")
        stream = self.named(name)
        if arn not in (None, stream.arn):
            raise not_found(f"Stream {arn} not found.")
        return stream

    def create(self, name: str, mode: str, shards: int | None, record_kib: int | None = None) -> Stream:
        """Raises AwsError for what Kinesis refuses."""
        if _NAME.fullmatch(name) is None:
            raise invalid_argument(f"The stream name {name} is not valid.")
        if name in self._by_name:
            raise AwsError(
                "ResourceInUseException", f"Stream {name} under account {self._plane.account} already exists."
            )
        stream = Stream(self._plane, name, shards=_shards(mode, shards), record_kib=_record_kib(record_kib))
        self._by_name[name] = stream
        return stream

    def delete(self, stream: Stream) -> None:
        del self._by_name[stream.name]


def set_retention(stream: Stream, hours: int) -> None:
    """Raises AwsError outside 24 hours to 365 days."""
    if not DEFAULT_RETENTION <= hours <= LONGEST_RETENTION:
        raise invalid_argument(
            f"Retention period {hours} hours must be between {DEFAULT_RETENTION} and {LONGEST_RETENTION} hours."
        )
    stream.retention_hours = hours


def _shards(mode: str, shards: Any) -> int | None:
    if mode == "ON_DEMAND":
        if shards is not None:
            raise invalid_argument("ShardCount cannot be set for a stream in ON_DEMAND mode.")
        return None
    if mode != "PROVISIONED":
        raise invalid_argument(f"StreamMode {mode} is none of PROVISIONED, ON_DEMAND.")
    if shards is None or not 1 <= int(shards) <= _SHARDS_LIMIT:
        raise invalid_argument("ShardCount must be set, and at least 1, for a stream in PROVISIONED mode.")
    return int(shards)


def _record_kib(given: int | None) -> int:
    kib = DEFAULT_RECORD_KIB if given is None else int(given)
    if not DEFAULT_RECORD_KIB <= kib <= LARGEST_RECORD_KIB:
        raise invalid_argument(f"MaxRecordSizeInKiB must be between {DEFAULT_RECORD_KIB} and {LARGEST_RECORD_KIB}.")
    return kib
