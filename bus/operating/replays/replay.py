"""One of EventBridge's replays, followed to its end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from bus.operating.account import Account, code_of
from bus.operating.replays.archives import Archive

_ACTIVE = ("STARTING", "RUNNING", "CANCELLING")
_POLL = 1.0  # seconds


@dataclass(frozen=True)
class Span:
    """The event times that are replayed, both ends included."""

    begin: datetime
    end: datetime

    def share(self, at: datetime | None) -> float:
        """How far an event time lies within it: 0 to 1."""
        if at is None:
            return 0.0
        return min(1.0, max(0.0, (at - self.begin) / (self.end - self.begin)))


@dataclass(frozen=True)
class Replay:
    """A replay of this name. Calls raise ClientError."""

    account: Account
    name: str
    span: Span

    def start(self, archive: Archive, rule: str) -> None:
        """Into the rule with this ARN, and no other."""
        self.account.client("events").start_replay(
            ReplayName=self.name,
            EventSourceArn=archive.arn,
            EventStartTime=self.span.begin,
            EventEndTime=self.span.end,
            Destination={"Arn": archive.bus, "FilterArns": [rule]},
        )

    def look(self) -> Mapping[str, Any]:
        """As DescribeReplay has it."""
        found: Mapping[str, Any] = self.account.client("events").describe_replay(ReplayName=self.name)
        return found

    def cancel(self) -> None:
        """Whatever was replayed stays so; it may have ended meanwhile."""
        cancel(self.account, self.name, quiet=True)

    def follow(self, tell: Callable[[float, datetime | None], None], stop: Callable[[], bool]) -> Mapping[str, Any]:
        """Wait for its end, and tell how far it is; cancel it when it is to stop. The replay as it ended."""
        while (seen := self.look())["State"] in _ACTIVE:
            tell(self.span.share(seen.get("EventLastReplayedTime")), seen.get("EventLastReplayedTime"))
            if stop() and seen["State"] != "CANCELLING":
                self.cancel()
            self.account.clock.sleep(_POLL)
        last = seen.get("EventLastReplayedTime")
        tell(1.0 if seen["State"] == "COMPLETED" else self.span.share(last), last)
        return seen

    def active(self) -> bool:
        """Whether it still replays."""
        return self.look()["State"] in _ACTIVE


def cancel(account: Account, name: str, *, quiet: bool = False) -> None:
    """Cancel a replay by name. Raises ClientError, unless `quiet` for one that is over."""
    try:
        account.client("events").cancel_replay(ReplayName=name)
    except ClientError as error:
        if not quiet or code_of(error) != "IllegalStatusException":
            raise
