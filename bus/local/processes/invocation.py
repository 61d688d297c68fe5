"""One invocation: its answer, and the lines that Lambda writes around it."""

import json
import math
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from bus.local.functions.answer import Answer
from bus.local.world import Work

TAIL = 4096  # bytes of the log that an answer carries (Invoke, LogType Tail)


class Invocation:
    """Work, and who waits for its answer.

    `deadline` (the loop's time) is set once its time runs; `restarted` when the process's start took too long once.
    """

    def __init__(self, work: Work, answered: Callable[[Answer], None]) -> None:
        self.work, self._answered = work, answered
        self.deadline: float | None = None
        self.restarted = False
        self.starting: float | None = None  # seconds, of a process started for it
        self._began = 0.0
        self._tail: deque[str] = deque()
        self._tail_size = 0

    @property
    def request_id(self) -> str:
        return self.work.request_id

    def began(self) -> list[str]:
        """It is handed to the process; the line that says so, the first time."""
        if self._began:
            return []
        self._began = time.perf_counter()
        return [f"START RequestId: {self.request_id} Version: {self.work.settings.version}"]

    def keep(self, line: str) -> None:
        """Remember a line of its log, as long as it is among the last 4 KB, if somebody asked for them."""
        if not self.work.tail:
            return
        size = len(line.encode(errors="replace")) + 1
        self._tail.append(line)
        self._tail_size += size
        while self._tail and self._tail_size - (first := len(self._tail[0].encode(errors="replace")) + 1) >= TAIL:
            self._tail.popleft()
            self._tail_size -= first

    def report(self, memory: int, error_type: str = "") -> list[str]:
        """The last lines; `memory` in MB is the most that the process had (Lambda developer guide, "Log and monitor
        Python Lambda functions"). `error_type` is that of the platform's own error, such as "Sandbox.Timedout".

        The time of a process's start is billed with the invocation it was started for.
        """
        seconds = time.perf_counter() - self._began
        timed_out = error_type == "Sandbox.Timedout"
        if timed_out:
            seconds = float(self.work.settings.timeout)
        spent = seconds * 1000
        billed = math.ceil(spent + (self.starting or 0.0) * 1000)
        facts = [
            f"REPORT RequestId: {self.request_id}",
            f"Duration: {spent:.2f} ms",
            f"Billed Duration: {billed} ms",
            f"Memory Size: {self.work.settings.memory} MB",
            f"Max Memory Used: {memory} MB",
        ]
        if self.starting is not None:
            facts.append(f"Init Duration: {self.starting * 1000:.2f} ms")
        if error_type:
            facts.extend(["Status: timeout"] if timed_out else ["Status: error", f"Error Type: {error_type}"])
        return [f"END RequestId: {self.request_id}", "\t".join(facts) + "\t"]

    def finish(self, payload: bytes | dict[str, Any], *, failed: bool) -> None:
        """Give the answer."""
        encoded = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        log = "".join(f"{line}\n" for line in self._tail).encode(errors="replace")[-TAIL:].decode(errors="ignore")
        version = self.work.settings.version
        self._answered(Answer(encoded, failed, self.request_id, version=version, log=log))
