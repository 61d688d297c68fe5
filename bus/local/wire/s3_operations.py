"""Which of S3's operations a request is: several share a method and a path, and parameters tell them apart.

S3 API reference, the request syntax of each operation: PutObject, CopyObject, UploadPart and UploadPartCopy are all
PUT /{Bucket}/{Key}; what an operation requires in the query string and in headers says which.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qsl

from bus.local.wire.messages import Request
from bus.local.wire.models import service_model

_LEVELS = {"": 0, "/{Bucket}": 1, "/{Bucket}/{Key+}": 2}


@dataclass(frozen=True)
class _Operation:
    """`level` is 0 for the service, 1 for a bucket, 2 for an object; `query` and `headers` are what it requires."""

    name: str
    method: str
    level: int
    literals: Mapping[str, str]
    query: frozenset[str]
    headers: frozenset[str]

    @property
    def rank(self) -> int:
        """The operation that requires most of what a request has is the one."""
        return len(self.literals) + len(self.query) + len(self.headers)

    def fits(self, query: Mapping[str, str], headers: Mapping[str, str]) -> bool:
        literal = all(query.get(name) == value for name, value in self.literals.items())
        return literal and self.query <= query.keys() and self.headers <= headers.keys()


def find(request: Request, bucket: str | None) -> tuple[str, dict[str, str]] | None:
    """The operation and the labels of its path, percent-encoded. `bucket` is that of the host, if it names one."""
    path = request.path.lstrip("/") if bucket is None else f"{bucket}{request.path}".rstrip("/")
    first, _, key = path.partition("/")
    level = 2 if key else 1 if first else 0
    query = dict(parse_qsl(request.query, keep_blank_values=True)) if request.query else {}
    for operation in _operations().get((request.method, level), ()):
        if operation.fits(query, request.headers):
            labels = {"Bucket": first, "Key": key}
            return operation.name, {name: value for name, value in labels.items() if value}
    return None


@cache
def _operations() -> Mapping[tuple[str, int], list[_Operation]]:
    found: dict[tuple[str, int], list[_Operation]] = {}
    for operation in sorted(_read(), key=lambda each: -each.rank):
        found.setdefault((operation.method, operation.level), []).append(operation)
    return found


def _read() -> Iterator[_Operation]:
    model = service_model("s3")
    for name in model.operation_names:
        operation = model.operation_model(name)
        path, _, literals = operation.http["requestUri"].partition("?")
        level = _LEVELS.get(path.rstrip("/"))
        if level is None:  # S3 Object Lambda's own, of another host
            continue
        shape = operation.input_shape
        required = [] if shape is None else [shape.members[each].serialization for each in shape.required_members]
        yield _Operation(
            name,
            operation.http["method"],
            level,
            dict(parse_qsl(literals, keep_blank_values=True)),
            _named(required, "querystring"),
            _named(required, "header"),
        )


def _named(members: list[Mapping[str, str]], location: str) -> frozenset[str]:
    names = (member["name"] for member in members if member.get("location") == location)
    return frozenset(name.lower() if location == "header" else name for name in names)
