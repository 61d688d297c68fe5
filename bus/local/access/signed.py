"""What a signature is about: a request as it came over the wire."""

from collections.abc import Mapping
from typing import Protocol


class Signed(Protocol):
    """An HTTP request, whole: see `bus.local.wire.messages.Request`, which is one.

    `path` and `query` as they were sent, percent-encoded; names of headers in lower case, values in Latin-1.
    """

    @property
    def method(self) -> str: ...

    @property
    def path(self) -> str: ...

    @property
    def query(self) -> str: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def body(self) -> bytes: ...
