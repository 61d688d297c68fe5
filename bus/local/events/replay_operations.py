"""StartReplay, CancelReplay, DescribeReplay, ListReplays."""

from copy import deepcopy

from bus.local.errors import AwsError
from bus.local.events.archive import DAY
from bus.local.events.archive_operations import ArchiveOperations, one_filter
from bus.local.events.errors import already_exists, not_found, validation
from bus.local.events.parameters import accept
from bus.local.events.replay import CANCELLABLE, Replay
from bus.local.events.state import EventBus
from bus.local.operations import Params, Response, only, operation
from bus.local.pages import page
from bus.local.times import moment

_MOST_RUNNING = 10  # user guide, quotas: concurrent replays
_KEPT = 90 * DAY  # "EventBridge deletes replays after 90 days" (user guide, "Replaying archived events")


class ReplayOperations(ArchiveOperations):
    """What is done to replays."""

    @operation("StartReplay")
    def start_replay(self, params: Params) -> Response:
        accept("StartReplay", params)
        only("events:StartReplay Destination", params["Destination"], ("Arn", "FilterArns"))
        replay = self._new_replay(params)
        bus = self._replay_bus(replay)
        if sum(each.state in CANCELLABLE for each in self.replays.values()) >= _MOST_RUNNING:
            raise AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
        self.replays[replay.name] = replay
        rules = replay.destination.get("FilterArns") or None
        replay.start(lambda event: self.router.take(bus, event, rules))
        self._plane.engine.after(_KEPT, lambda: self._forget(replay), background=True)
        return {"ReplayArn": replay.arn, "State": replay.state, "ReplayStartTime": replay.started}

    @operation("CancelReplay")
    def cancel_replay(self, params: Params) -> Response:
        accept("CancelReplay", params)
        replay = self._replay(params["ReplayName"])
        if replay.state not in CANCELLABLE:
            raise AwsError(
                "IllegalStatusException", f"Replay {replay.name} is not in a valid state for this operation."
            )
        replay.cancel()
        return {"ReplayArn": replay.arn, "State": "CANCELLING"}

    @operation("DescribeReplay")
    def describe_replay(self, params: Params) -> Response:
        accept("DescribeReplay", params)
        return self._replay(params["ReplayName"]).described()

    @operation("ListReplays")
    def list_replays(self, params: Params) -> Response:
        accept("ListReplays", params)
        prefix, source, state = one_filter("ListReplays", params)
        found = [
            replay.summary()
            for name, replay in sorted(self.replays.items())
            if name.startswith(prefix) and source in (None, replay.archive.arn) and state in (None, replay.state)
        ]
        return page("Replays", found, params)

    def _replay(self, name: str) -> Replay:
        if name not in self.replays:
            raise not_found(f"Replay {name} does not exist.")
        return self.replays[name]

    def _forget(self, replay: Replay) -> None:
        if self.replays.get(replay.name) is replay:
            del self.replays[replay.name]

    def _new_replay(self, params: Params) -> Replay:
        name, archive = params["ReplayName"], params["EventSourceArn"].rpartition("/")[2]
        if ":archive/" not in params["EventSourceArn"]:
            raise validation("Parameter EventSourceArn is not valid. Reason: Must contain an archive ARN.")
        if archive not in self.archives:
            raise validation(f"Parameter EventSourceArn is not valid. Reason: Archive {archive} does not exist.")
        if name in self.replays:
            raise already_exists(f"Replay {name} already exists.")
        begin, end = moment(params["EventStartTime"]), moment(params["EventEndTime"])
        if end <= begin:
            raise validation("Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.")
        return Replay(
            plane=self._plane,
            name=name,
            arn=self._plane.arn("events", f"replay/{name}"),
            archive=self.archives[archive],
            destination=deepcopy(params["Destination"]),
            begin=begin,
            end=end,
            started=self._plane.clock.now(),
            description=params.get("Description"),
        )

    def _replay_bus(self, replay: Replay) -> EventBus:
        """The bus that a replay goes to. Raises ValidationException for any but the archive's own."""
        arn = replay.destination["Arn"]
        if ":event-bus/" not in arn:
            raise validation("Parameter Destination.Arn is not valid. Reason: Must contain an event bus ARN.")
        bus = self.buses.get(arn)
        if bus.arn != replay.archive.source_arn:
            raise validation("Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.")
        return bus
