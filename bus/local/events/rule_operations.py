"""Rules and their targets."""

import json
from typing import Any

from bus.local.errors import AwsError, UnsupportedOperationError
from bus.local.events.errors import validation
from bus.local.events.ground import Ground
from bus.local.events.state import EventBus, Rule
from bus.local.operations import Params, Response, only, operation
from bus.local.pages import page
from bus.patterns import InvalidPatternError, Pattern, compile_pattern

_PUT_RULE = ("Name", "EventPattern", "State", "Description", "RoleArn", "Tags", "EventBusName", "ScheduleExpression")


def compile_rule_pattern(text: str) -> Pattern:
    """Raises InvalidEventPatternException."""
    try:
        return compile_pattern(text)
    except InvalidPatternError as error:
        raise AwsError("InvalidEventPatternException", str(error)) from error


class RuleOperations(Ground):
    """What is done to rules."""

    @operation("PutRule")
    def put_rule(self, params: Params) -> Response:
        only("events:PutRule", params, _PUT_RULE)
        if params.get("ScheduleExpression"):
            raise UnsupportedOperationError("the parameter ScheduleExpression of events:PutRule")
        if not params.get("EventPattern"):
            raise validation("Parameter(s) EventPattern or ScheduleExpression must be specified.")
        bus = self.buses.get(params.get("EventBusName"))
        rule = self._rule(bus, params)
        bus.put(rule)
        return {"RuleArn": rule.arn}

    def _rule(self, bus: EventBus, params: Params) -> Rule:
        name, text = params["Name"], params["EventPattern"]
        before = bus.rules.get(name)
        within = name if bus.name == "default" else f"{bus.name}/{name}"
        return Rule(
            name=name,
            arn=self._plane.arn("events", f"rule/{within}"),
            bus=bus.name,
            pattern_text=text,
            pattern=compile_rule_pattern(text),
            state=params.get("State") or "ENABLED",
            description=params.get("Description"),
            role_arn=params.get("RoleArn"),
            targets={} if before is None else before.targets,
        )

    @operation("DeleteRule")
    def delete_rule(self, params: Params) -> Response:
        only("events:DeleteRule", params, ("Name", "EventBusName", "Force"))
        bus = self.buses.get(params.get("EventBusName"))
        rule = bus.rules.get(params["Name"])
        if rule is not None:
            if rule.targets:
                raise validation("Rule can't be deleted since it has targets.")
            bus.matching.remove(rule.name)
            del bus.rules[rule.name]
        return {}

    @operation("DescribeRule")
    def describe_rule(self, params: Params) -> Response:
        only("events:DescribeRule", params, ("Name", "EventBusName"))
        return self._named(params).described()

    @operation("ListRules")
    def list_rules(self, params: Params) -> Response:
        only("events:ListRules", params, ("NamePrefix", "EventBusName", "Limit", "NextToken"))
        bus, prefix = self.buses.get(params.get("EventBusName")), params.get("NamePrefix") or ""
        rules = [bus.rules[name].described() for name in sorted(bus.rules) if name.startswith(prefix)]
        return page("Rules", rules, params)

    @operation("EnableRule")
    def enable_rule(self, params: Params) -> Response:
        only("events:EnableRule", params, ("Name", "EventBusName"))
        return self._set_state(params, "ENABLED")

    @operation("DisableRule")
    def disable_rule(self, params: Params) -> Response:
        only("events:DisableRule", params, ("Name", "EventBusName"))
        return self._set_state(params, "DISABLED")

    def _set_state(self, params: Params, state: str) -> Response:
        rule = self._named(params)
        rule.state = state
        self.buses.get(rule.bus).put(rule)
        return {}

    def _named(self, params: Params) -> Rule:
        return self.buses.get(params.get("EventBusName")).rule(params["Name"])

    @operation("TestEventPattern")
    def test_event_pattern(self, params: Params) -> Response:
        only("events:TestEventPattern", params, ("EventPattern", "Event"))
        event = _sample(params["Event"])
        return {"Result": compile_rule_pattern(params["EventPattern"]).matches(event)}


_REQUIRED_OF_SAMPLES = ("id", "account", "source", "time", "region", "detail-type")


def _sample(text: str) -> dict[str, Any]:
    """The event of TestEventPattern, whose API reference asks for "resources" too; AWS does without."""
    try:
        event = json.loads(text)
    except json.JSONDecodeError as error:
        raise validation("Parameter Event is not valid.") from error
    if not isinstance(event, dict) or any(name not in event for name in _REQUIRED_OF_SAMPLES):
        raise validation("Parameter Event is not valid.")
    return event
