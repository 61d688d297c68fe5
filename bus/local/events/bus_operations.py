"""Event buses."""

from copy import deepcopy
from typing import Any

from bus.local.events.errors import already_exists, validation
from bus.local.events.ground import Ground
from bus.local.events.parameters import accept
from bus.local.events.quotas import check_quota
from bus.local.events.state import EventBus
from bus.local.events.tags import as_tags
from bus.local.operations import Params, Response, operation
from bus.local.pages import page

# What is kept and shown; KmsKeyIdentifier and LogConfig change nothing here (there is nothing encrypted, and the
# ledger is the log), nor does DeadLetterConfig, which is for events that the bus's own key could not encrypt.
_SETTINGS = ("Description", "KmsKeyIdentifier", "DeadLetterConfig", "LogConfig")


class BusOperations(Ground):
    """What is done to buses."""

    @operation("CreateEventBus")
    def create_event_bus(self, params: Params) -> Response:
        accept("CreateEventBus", params, not_done=("EventSourceName",))
        name = params["Name"]
        if "/" in name:
            raise validation("Event bus name must not contain '/'.")
        if name.startswith("default"):
            raise validation("EventBus name starting with 'default' is not valid.")
        if self.buses.find(name) is not None:
            raise already_exists(f"Event bus {name} already exists.")
        check_quota(len(self.buses) + 1, self.quotas.buses)
        now = self._plane.clock.now()
        bus = EventBus(name, self._plane.arn("events", f"event-bus/{name}"), now, now, tags=as_tags(params.get("Tags")))
        _set(bus, params)
        self.buses.add(bus)
        return {"EventBusArn": bus.arn, **deepcopy(bus.settings)}

    @operation("UpdateEventBus")
    def update_event_bus(self, params: Params) -> Response:
        """What is given changes, and an empty text takes a setting away."""
        accept("UpdateEventBus", params)
        bus = self.buses.get(params.get("Name"))
        _set(bus, params)
        bus.modified = self._plane.clock.now()
        return {"Arn": bus.arn, "Name": bus.name, **deepcopy(bus.settings)}

    @operation("DescribeEventBus")
    def describe_event_bus(self, params: Params) -> Response:
        accept("DescribeEventBus", params)
        bus = self.buses.get(params.get("Name"))
        return {**_listed(bus), **deepcopy(bus.settings)}

    @operation("ListEventBuses")
    def list_event_buses(self, params: Params) -> Response:
        accept("ListEventBuses", params)
        prefix = params.get("NamePrefix") or ""
        return page("EventBuses", [_listed(bus) for bus in self.buses if bus.name.startswith(prefix)], params)

    @operation("DeleteEventBus")
    def delete_event_bus(self, params: Params) -> Response:
        """A bus that is not there is deleted already."""
        accept("DeleteEventBus", params)
        bus = self.buses.find(params["Name"])
        if bus is not None:
            if bus.name == "default":
                raise validation("Cannot delete event bus default.")
            if bus.rules:
                raise validation(f"Event bus {bus.name} can't be deleted since it has rules.")
            self.buses.remove(bus)
        return {}


def _set(bus: EventBus, params: Params) -> None:
    for name in _SETTINGS:
        if name in params:
            bus.settings[name] = deepcopy(params[name])
            if params[name] in ("", {}, None):
                del bus.settings[name]


def _listed(bus: EventBus) -> dict[str, Any]:
    shown = {
        "Name": bus.name,
        "Arn": bus.arn,
        "Description": bus.settings.get("Description"),
        "Policy": bus.policy_text,
        "CreationTime": bus.created,
        "LastModifiedTime": bus.modified,
    }
    return {name: value for name, value in shown.items() if value is not None}
