"""PutEvents: events onto buses."""

from bus.local.events.entries import Entry, RefusedEntryError, check_request, read_metadata
from bus.local.events.event import Event
from bus.local.events.permissions import PermissionOperations
from bus.local.events.routing import Taken
from bus.local.operations import Params, Response, only, operation
from bus.local.times import moment, to_the_second


class Publishing(PermissionOperations):
    """The operation that services publish with."""

    @operation("PutEvents")
    def put_events(self, params: Params) -> Response:
        """An entry that is refused fails alone; an unknown bus takes an event and drops it, as AWS does."""
        only("events:PutEvents", params, ("Entries",))
        entries = params["Entries"]
        check_request(entries)
        taken: list[Taken] = []
        results = [self._take(entry, taken) for entry in entries]
        self.router.take_all(taken)
        failed = sum("ErrorCode" in result for result in results)
        return {"FailedEntryCount": failed, "Entries": results}

    def _take(self, entry: Entry, taken: list[Taken]) -> dict[str, str]:
        bus = self.buses.find(entry.get("EventBusName"))
        try:
            event = self._event(entry)
            if bus is not None and bus.judge is not None:
                self.check_may_put(bus, event)
        except RefusedEntryError as refused:
            return refused.result()
        record = self._plane.ledger.record
        self._plane.ledger.describe(event.event_id, event.detail_type)
        if event.correlation_id is not None:
            self._plane.ledger.relate(event.event_id, event.correlation_id)
        if bus is None:
            note = "there is no such bus: PutEvents answers as if there were, and the event is gone"
            record("events", "PutEvents", entry["EventBusName"], event_id=event.event_id, outcome="dropped", note=note)
        else:
            record("events", "PutEvents", bus.arn, event_id=event.event_id)
            taken.append((bus, event, None))
        return {"EventId": event.id}

    def _event(self, entry: Entry) -> Event:
        now = self._plane.clock.time()
        metadata, given = read_metadata(entry), entry.get("Time")
        fields = {
            "version": "0",
            "id": self._plane.chance.uuid(),
            "detail-type": entry["DetailType"],
            "source": entry["Source"],
            "account": self._plane.account,
            "time": to_the_second(int(now if given is None else moment(given).timestamp())),
            "region": self._plane.region,
            "resources": list(entry.get("Resources") or ()),
        }
        return Event(fields, entry["Detail"], ingested=now, trace=entry.get("TraceHeader"), metadata=metadata)
