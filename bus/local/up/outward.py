"""HTTP calls that really leave: of API destinations and of topics' subscriptions."""

import logging
import time
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import NoReturn

import urllib3
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as TooLateError

from bus.local.outside.records import Answer, Request

_log = logging.getLogger(__name__)

_AT_ONCE = 16
_LARGEST = 1024 * 1024  # bytes of an answer that are read; nobody in the plane needs more
_TOO_LATE = 504


class HttpCalls:
    """A few threads, which touch nothing of the plane, and which nobody waits for at the end."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self._threads = 0
        self._pool = urllib3.PoolManager(num_pools=50, maxsize=_AT_ONCE, retries=False)

    def begin(self, request: Request, timeout: float, told: Callable[[Answer | None], object]) -> None:
        """Call; `told` is called in another thread, once: with None when nobody can be reached."""
        if self._threads < _AT_ONCE:
            self._threads += 1
            Thread(target=self._work, name=f"http-call-{self._threads}", daemon=True).start()
        self._waiting.put(lambda: told(self._call(request, timeout)))

    def _work(self) -> NoReturn:
        while True:
            self._waiting.get()()

    def _call(self, request: Request, timeout: float) -> Answer | None:
        began = time.monotonic()
        try:
            answer = self._pool.request(
                request.method,
                request.url,
                headers=dict(request.headers),
                body=request.body,
                timeout=urllib3.Timeout(total=timeout),
                redirect=False,
                preload_content=False,
            )
            body = answer.read(_LARGEST)
            answer.release_conn()
        except TooLateError:
            return Answer(_TOO_LATE, seconds=timeout + 1)
        except (HTTPError, ValueError) as error:
            _log.info("%s %s: %s", request.method, request.url, error)
            return None
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status, body, headers, time.monotonic() - began)
