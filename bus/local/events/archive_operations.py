"""Archives and replays."""

from datetime import datetime, timedelta
from typing import Any

from bus.local.events.errors import already_exists, not_found, validation
from bus.local.events.event import Event
from bus.local.events.ground import Ground
from bus.local.events.rule_operations import compile_rule_pattern
from bus.local.events.state import Archive, EventBus, Replay
from bus.local.events.times import moment
from bus.local.operations import Params, Response, only, operation
from bus.local.pages import page


class ArchiveOperations(Ground):
    """What is done to archives; a replay sends through the engine, to the bus that was archived."""

    @operation("CreateArchive")
    def create_archive(self, params: Params) -> Response:
        only(
            "events:CreateArchive",
            params,
            ("ArchiveName", "EventSourceArn", "Description", "EventPattern", "RetentionDays"),
        )
        bus, name = self.buses.get(params["EventSourceArn"]), params["ArchiveName"]
        if name in self.archives:
            raise already_exists(f"Archive {name} already exists.")
        text = params.get("EventPattern") or None
        archive = Archive(
            name=name,
            arn=self._plane.arn("events", f"archive/{name}"),
            source_arn=bus.arn,
            created=self._plane.clock.now(),
            description=params.get("Description"),
            pattern_text=text,
            pattern=None if text is None else compile_rule_pattern(text),
            retention_days=int(params.get("RetentionDays") or 0),
        )
        self.archives[name] = archive
        bus.archives.append(archive)
        return {"ArchiveArn": archive.arn, "State": "ENABLED", "CreationTime": archive.created}

    @operation("DescribeArchive")
    def describe_archive(self, params: Params) -> Response:
        only("events:DescribeArchive", params, ("ArchiveName",))
        archive = self._archive(params["ArchiveName"])
        shown = {
            **_summary(archive),
            "ArchiveArn": archive.arn,
            "Description": archive.description,
            "EventPattern": archive.pattern_text,
        }
        return {name: value for name, value in shown.items() if value is not None}

    @operation("ListArchives")
    def list_archives(self, params: Params) -> Response:
        only("events:ListArchives", params, ("NamePrefix", "EventSourceArn", "State", "Limit", "NextToken"))
        prefix, source = params.get("NamePrefix") or "", params.get("EventSourceArn")
        found = [
            _summary(archive)
            for archive in self.archives.values()
            if archive.name.startswith(prefix)
            and source in (None, archive.source_arn)
            and params.get("State") in (None, "ENABLED")
        ]
        return page("Archives", found, params)

    @operation("StartReplay")
    def start_replay(self, params: Params) -> Response:
        only(
            "events:StartReplay",
            params,
            ("ReplayName", "Description", "EventSourceArn", "EventStartTime", "EventEndTime", "Destination"),
        )
        replay = self._new_replay(params)
        bus = self._destination(replay)
        self.replays[replay.name] = replay
        self._plane.engine.soon(lambda: self._run(replay, bus))
        return {"ReplayArn": replay.arn, "State": "STARTING", "ReplayStartTime": replay.started}

    @operation("DescribeReplay")
    def describe_replay(self, params: Params) -> Response:
        only("events:DescribeReplay", params, ("ReplayName",))
        name = params["ReplayName"]
        if name not in self.replays:
            raise not_found(f"Replay {name} does not exist.")
        return _replay_shown(self.replays[name])

    def _archive(self, name: str) -> Archive:
        if name not in self.archives:
            raise not_found(f"Archive {name} does not exist.")
        return self.archives[name]

    def _new_replay(self, params: Params) -> Replay:
        name = params["ReplayName"]
        if name in self.replays:
            raise already_exists(f"Replay {name} already exists.")
        begin, end = moment(params["EventStartTime"]), moment(params["EventEndTime"])
        if end <= begin:
            raise validation("Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.")
        only("events:StartReplay Destination", params["Destination"], ("Arn", "FilterArns"))
        return Replay(
            name=name,
            arn=self._plane.arn("events", f"replay/{name}"),
            archive=self._archive(params["EventSourceArn"].rpartition("/")[2]),
            destination=params["Destination"],
            begin=begin,
            end=end,
            started=self._plane.clock.now(),
            description=params.get("Description"),
        )

    def _destination(self, replay: Replay) -> EventBus:
        """The bus that a replay goes to. Raises ValidationException for any but the archive's own."""
        bus = self.buses.get(replay.destination["Arn"])
        if bus.arn != replay.archive.source_arn:
            raise validation("Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.")
        return bus

    def _run(self, replay: Replay, bus: EventBus) -> None:
        replay.state = "RUNNING"
        rules = replay.destination.get("FilterArns") or None
        now = self._plane.clock.time()
        for event in self._kept(replay):
            self._plane.ledger.record("events", "replay", replay.arn, event_id=event.event_id)
            self.router.take(bus, event.replayed(replay.name, now), rules)
            replay.last_replayed = _time(event)
        self._plane.engine.soon(lambda: self._complete(replay))

    def _kept(self, replay: Replay) -> list[Event]:
        """The archive's events of the span that are not past its retention."""
        days = replay.archive.retention_days
        oldest = self._plane.clock.now() - timedelta(days=days) if days else None
        return [
            event
            for event in replay.archive.events
            if replay.begin <= _time(event) < replay.end and (oldest is None or _time(event) >= oldest)
        ]

    def _complete(self, replay: Replay) -> None:
        replay.state, replay.finished = "COMPLETED", self._plane.clock.now()


def _time(event: Event) -> datetime:
    return datetime.fromisoformat(event.fields["time"])


def _summary(archive: Archive) -> dict[str, Any]:
    return {
        "ArchiveName": archive.name,
        "EventSourceArn": archive.source_arn,
        "State": "ENABLED",
        "RetentionDays": archive.retention_days,
        "SizeBytes": archive.size,
        "EventCount": len(archive.events),
        "CreationTime": archive.created,
    }


def _replay_shown(replay: Replay) -> dict[str, Any]:
    shown = {
        "ReplayName": replay.name,
        "ReplayArn": replay.arn,
        "Description": replay.description,
        "State": replay.state,
        "EventSourceArn": replay.archive.arn,
        "Destination": dict(replay.destination),
        "EventStartTime": replay.begin,
        "EventEndTime": replay.end,
        "EventLastReplayedTime": replay.last_replayed,
        "ReplayStartTime": replay.started,
        "ReplayEndTime": replay.finished,
    }
    return {name: value for name, value in shown.items() if value is not None}
