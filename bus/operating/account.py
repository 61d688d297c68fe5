"""An AWS account, or what stands in for one: its clients, page after page of what it lists, many calls at a time."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any, TypeVar
from urllib.parse import urlsplit

from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session

from bus.operating.clock import Clock, RealClock

_T = TypeVar("_T")
_R = TypeVar("_R")
_LONGEST_INVOCATION = 905  # seconds: a function may take 900
WORKERS = 16
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# Listed by hand, for botocore knows no paginator of them.
_UNPAGED = {("events", "list_event_buses"), ("events", "list_archives"), ("events", "list_replays")}


class Account:
    """Clients are boto3's, which are botocore's, as are their errors. `workers` calls are under way at most."""

    def __init__(
        self,
        session: Session | None = None,
        *,
        endpoint: str | None = None,
        clock: Clock | None = None,
        workers: int = WORKERS,
    ) -> None:
        self._session, self._endpoint, self._workers = session or Session(), endpoint, workers
        self.clock: Clock = clock or RealClock()
        self._clients: dict[str, Any] = {}
        self._lock = Lock()

    @property
    def here(self) -> bool:
        """Whether it is a platform on this machine: one process, which knows at once what it was told."""
        return is_here(self._endpoint)

    def client(self, service: str) -> Any:
        """A client, made once."""
        with self._lock:  # making one is not safe from several threads; using one is
            if service not in self._clients:
                self._clients[service] = self._session.create_client(
                    service, endpoint_url=self._endpoint, config=_config(service, here=self._endpoint is not None)
                )
            return self._clients[service]

    def pages(self, service: str, operation: str, key: str, **params: Any) -> list[Any]:
        """Everything that an operation ("list_queues") lists under `key`, however many pages it takes."""
        return list(self._pages(service, operation, key, params))

    def _pages(self, service: str, operation: str, key: str, params: dict[str, Any]) -> Iterator[Any]:
        client = self.client(service)
        if (service, operation) not in _UNPAGED:
            for page in client.get_paginator(operation).paginate(**params):
                yield from page.get(key, ())
            return
        token: dict[str, str] = {}
        while True:
            answer = getattr(client, operation)(**params, **token)
            yield from answer[key]
            if not answer.get("NextToken"):
                return
            token = {"NextToken": answer["NextToken"]}

    def each(self, work: Callable[[_T], _R], items: Iterable[_T]) -> list[_R]:
        """What `work` makes of each of `items`, in their order; several at a time."""
        items = list(items)
        if self._workers <= 1 or len(items) <= 1:
            return [work(item) for item in items]
        with ThreadPoolExecutor(min(self._workers, len(items))) as pool:
            return list(pool.map(work, items))


def is_here(endpoint: str | None) -> bool:
    """Whether an endpoint is on this machine."""
    return endpoint is not None and urlsplit(endpoint).hostname in _LOOPBACK


def code_of(error: ClientError) -> str:
    """The error's code, as the service says it."""
    return str(error.response["Error"]["Code"])


def _config(service: str, *, here: bool) -> Config:
    # A function's invocation is not made twice because its answer takes long.
    patient = {"read_timeout": _LONGEST_INVOCATION} if service == "lambda" else {}
    # An endpoint of one's own that does not answer is not there; AWS may be busy.
    attempts = 1 if service == "lambda" else 2 if here else 5
    return Config(
        max_pool_connections=2 * WORKERS,
        connect_timeout=5,
        retries={"mode": "standard", "total_max_attempts": attempts},
        **patient,  # type: ignore[arg-type]  # the stubs want each by its own type
    )
