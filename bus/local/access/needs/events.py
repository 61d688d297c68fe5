"""EventBridge, Scheduler and Pipes: what their operations need (Service Authorization Reference).

EventBridge user guide, "Using IAM policy conditions in Amazon EventBridge".
"""

from collections.abc import Mapping

from bus.local.access.needs.need import Call, Need
from bus.local.access.needs.rules import On, Rules
from bus.local.policies.request import ContextValue

_RULES = frozenset({"DeleteRule", "DescribeRule", "DisableRule", "EnableRule", "PutRule"})


def _bus_name(named: str | None) -> str:
    return (named or "default").rpartition("/")[2]


def _rule(call: Call, name: str) -> str:
    bus = _bus_name(call.params.get("EventBusName"))
    return call.arn("events", f"rule/{name}" if bus == "default" else f"rule/{bus}/{name}")


def _put_events(call: Call) -> list[Need]:
    """One need per bus; its keys have the values of all entries for it."""
    buses: dict[str, tuple[list[str], list[str]]] = {}
    for entry in call.params.get("Entries") or ():
        named = entry.get("EventBusName") or "default"
        arn = named if named.startswith("arn:") else call.arn("events", f"event-bus/{named}")
        sources, types = buses.setdefault(arn, ([], []))
        sources.extend([entry["Source"]] if entry.get("Source") else [])
        types.extend([entry["DetailType"]] if entry.get("DetailType") else [])
    return [Need("events:PutEvents", arn, _of_events(*keys)) for arn, keys in buses.items()]


def _of_events(sources: list[str], types: list[str]) -> Mapping[str, ContextValue]:
    keys = {"events:source": sorted(set(sources)), "events:detail-type": sorted(set(types))}
    return {"events:eventBusInvocation": "false", **{name: values for name, values in keys.items() if values}}


def _describe_bus(call: Call) -> list[Need]:
    bus = _bus_name(call.params.get("Name"))
    return [Need(f"events:{call.operation}", call.arn("events", f"event-bus/{bus}"))]


def _targets(call: Call) -> Mapping[str, ContextValue]:
    targets = call.params.get("Targets") or ()
    arns = [each["Arn"] for each in targets if isinstance(each, Mapping) and "Arn" in each]
    return {"events:TargetArn": arns} if arns else {}


def _named(kind: str) -> set[str]:
    verbs = ("Activate", "Create", "Deactivate", "Deauthorize", "Delete", "Describe", "Update")
    return {f"{verb}{kind}" for verb in verbs}


EVENTS = Rules(
    "events",
    on=(
        On("ResourceARN"),
        On("Name", _rule, _RULES),
        On("Rule", _rule),
        On("ArchiveName", "archive/{}"),
        On("ReplayName", "replay/{}"),
        On("Name", "connection/{}", _named("Connection")),
        On("Name", "api-destination/{}", _named("ApiDestination")),
        On("Name", "endpoint/{}", _named("Endpoint")),
        On("Name", "event-bus/{}", {"CreateEventBus", "DeleteEventBus"}),
        On("Name", lambda call, name: f"arn:aws:events:{call.directory.region}::event-source/{name}"),
        On(
            "EventSourceName",
            lambda call, name: f"arn:aws:events:{call.directory.region}::event-source/{name}",
            {"ListPartnerEventSourceAccounts"},
        ),
    ),
    nowhere={"PutPartnerEvents", "PutPermission", "RemovePermission", "TestEventPattern"},
    special={"DescribeEventBus": _describe_bus, "PutEvents": _put_events, "UpdateEventBus": _describe_bus},
    keys=_targets,
)


def _schedule(call: Call, name: str) -> str:
    return call.arn("scheduler", f"schedule/{call.params.get('GroupName') or 'default'}/{name}")


SCHEDULER = Rules(
    "scheduler",
    on=(
        On("ResourceArn"),
        On("Name", "schedule-group/{}", {"CreateScheduleGroup", "DeleteScheduleGroup", "GetScheduleGroup"}),
        On("Name", _schedule),
    ),
)
PIPES = Rules("pipes", on=(On("resourceArn"), On("Name", "pipe/{}")))
