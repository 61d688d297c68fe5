"""PutEvents: events onto buses."""

from bus.local.events.entries import Entry, RefusedEntryError, check_request, parse_detail
from bus.local.events.event import Event
from bus.local.events.ground import Ground
from bus.local.events.times import moment, timestamp
from bus.local.operations import Params, Response, only, operation


class Publishing(Ground):
    """The operation that services publish with."""

    @operation("PutEvents")
    def put_events(self, params: Params) -> Response:
        """An entry that is refused fails alone; an unknown bus takes an event and drops it, as AWS does."""
        only("events:PutEvents", params, ("Entries",))
        check_request(params["Entries"])
        results = [self._put(entry) for entry in params["Entries"]]
        failed = sum("ErrorCode" in result for result in results)
        return {"FailedEntryCount": failed, "Entries": results}

    def _put(self, entry: Entry) -> dict[str, str]:
        try:
            event = self._event(entry)
        except RefusedEntryError as refused:
            return refused.result()
        bus = self.buses.find(entry.get("EventBusName"))
        record = self._plane.ledger.record
        if bus is None:
            record("events", "PutEvents", entry["EventBusName"], event_id=event.event_id, outcome="dropped")
        else:
            record("events", "PutEvents", bus.arn, event_id=event.event_id)
            self.router.take(bus, event)
        return {"EventId": event.fields["id"]}

    def _event(self, entry: Entry) -> Event:
        now = self._plane.clock.time()
        detail, given = parse_detail(entry), entry.get("Time")
        fields = {
            "version": "0",
            "id": self._plane.chance.uuid(),
            "detail-type": entry["DetailType"],
            "source": entry["Source"],
            "account": self._plane.account,
            "time": timestamp(int(now if given is None else moment(given).timestamp())),
            "region": self._plane.region,
            "resources": list(entry.get("Resources") or ()),
            "detail": detail,
        }
        return Event(fields, entry["Detail"], ingested=now, trace=entry.get("TraceHeader"))
