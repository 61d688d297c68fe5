"""Event buses and their policies."""

import json
from typing import Any

from bus.local.events.errors import already_exists, validation
from bus.local.events.ground import Ground
from bus.local.events.state import EventBus
from bus.local.operations import Params, Response, only, operation
from bus.local.pages import page


class BusOperations(Ground):
    """What is done to buses; their policies are kept and shown, and forbid nothing yet."""

    @operation("CreateEventBus")
    def create_event_bus(self, params: Params) -> Response:
        only("events:CreateEventBus", params, ("Name", "Description", "Tags"))
        name = params["Name"]
        if name.startswith("default"):
            raise validation("EventBus name starting with 'default' is not valid.")
        if self.buses.find(name) is not None:
            raise already_exists(f"Event bus {name} already exists.")
        bus = EventBus(
            name, self._plane.arn("events", f"event-bus/{name}"), self._plane.clock.now(), params.get("Description")
        )
        self.buses.add(bus)
        return {"EventBusArn": bus.arn, **({"Description": bus.description} if bus.description else {})}

    @operation("DescribeEventBus")
    def describe_event_bus(self, params: Params) -> Response:
        only("events:DescribeEventBus", params, ("Name",))
        return _described(self.buses.get(params.get("Name")))

    @operation("ListEventBuses")
    def list_event_buses(self, params: Params) -> Response:
        only("events:ListEventBuses", params, ("NamePrefix", "Limit", "NextToken"))
        prefix = params.get("NamePrefix") or ""
        return page("EventBuses", [_described(bus) for bus in self.buses if bus.name.startswith(prefix)], params)

    @operation("DeleteEventBus")
    def delete_event_bus(self, params: Params) -> Response:
        only("events:DeleteEventBus", params, ("Name",))
        bus = self.buses.find(params["Name"])
        if params["Name"] == "default":
            raise validation("Cannot delete event bus default.")
        if bus is not None:
            if bus.rules:
                raise validation(f"Event bus {bus.name} can't be deleted since it has rules.")
            self.buses.remove(bus)
        return {}

    @operation("PutPermission")
    def put_permission(self, params: Params) -> Response:
        only(
            "events:PutPermission",
            params,
            ("EventBusName", "Action", "Principal", "StatementId", "Condition", "Policy"),
        )
        bus = self.buses.get(params.get("EventBusName"))
        if params.get("Policy") is not None:
            bus.policy = json.loads(params["Policy"])
        else:
            self.add_statement(bus.name, _statement(bus, params))
        return {}

    def add_statement(self, bus_name: str, statement: dict[str, Any]) -> None:
        """Put one statement into a bus's policy, in place of the one with its Sid."""
        _add_statement(self.buses.get(bus_name), statement)

    @operation("RemovePermission")
    def remove_permission(self, params: Params) -> Response:
        only("events:RemovePermission", params, ("EventBusName", "StatementId", "RemoveAllPermissions"))
        bus = self.buses.get(params.get("EventBusName"))
        kept = [
            each for each in (bus.policy or {}).get("Statement", ()) if each.get("Sid") != params.get("StatementId")
        ]
        if params.get("RemoveAllPermissions") or not kept:
            bus.policy = None
        elif bus.policy is not None:
            bus.policy = {**bus.policy, "Statement": kept}
        return {}


def _described(bus: EventBus) -> dict[str, Any]:
    shown = {
        "Name": bus.name,
        "Arn": bus.arn,
        "Description": bus.description,
        "Policy": None if bus.policy is None else json.dumps(bus.policy),
        "CreationTime": bus.created,
        "LastModifiedTime": bus.created,
    }
    return {name: value for name, value in shown.items() if value is not None}


def _statement(bus: EventBus, params: Params) -> dict[str, Any]:
    for name in ("Action", "Principal", "StatementId"):
        if not params.get(name):
            raise validation(f"Parameter {name} must be specified.")
    principal, condition = params["Principal"], params.get("Condition")
    statement = {
        "Sid": params["StatementId"],
        "Effect": "Allow",
        "Principal": "*" if principal == "*" else {"AWS": f"arn:aws:iam::{principal}:root"},
        "Action": params["Action"],
        "Resource": bus.arn,
    }
    if condition:
        statement["Condition"] = {condition["Type"]: {condition["Key"]: condition["Value"]}}
    return statement


def _add_statement(bus: EventBus, statement: dict[str, Any]) -> None:
    before = [] if bus.policy is None else bus.policy["Statement"]
    others = [each for each in before if each.get("Sid") != statement["Sid"]]
    bus.policy = {"Version": "2012-10-17", "Statement": [*others, statement]}
