"""Rules."""

from typing import Any

from bus.local.errors import AwsError
from bus.local.events.errors import validation
from bus.local.events.ground import Ground
from bus.local.events.managed import check_unmanaged
from bus.local.events.parameters import accept
from bus.local.events.quotas import check_quota
from bus.local.events.state import EventBus, Rule
from bus.local.events.tags import as_tags
from bus.local.events.wildcards import has_wildcard
from bus.local.json_texts import read
from bus.local.operations import Params, Response, operation
from bus.local.pages import page
from bus.patterns import InvalidPatternError, Pattern, compile_pattern


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
        """What is not given is as if it had never been; targets stay, and tags as they were first given."""
        accept("PutRule", params)
        text, schedule = params.get("EventPattern") or None, params.get("ScheduleExpression") or None
        if text is None and schedule is None:
            raise validation("Parameter(s) EventPattern or ScheduleExpression must be specified.")
        bus = self.buses.get(params.get("EventBusName"))
        if schedule is not None and bus.name != "default":
            raise validation("ScheduleExpression is supported only on the default event bus.")
        before = bus.rules.get(params["Name"])
        if before is not None:
            check_unmanaged(before)
        pattern = None if text is None else compile_rule_pattern(text)
        self._check_quotas(bus, params["Name"], text, pattern)
        rule = Rule(
            name=params["Name"],
            arn=self.rule_arn(bus, params["Name"]),
            bus=bus.name,
            pattern_text=text,
            pattern=pattern,
            # Nothing here is recorded by CloudTrail, so its management events are matched as all others are.
            state=params.get("State") or "ENABLED",
            description=params.get("Description"),
            role_arn=params.get("RoleArn"),
            schedule_expression=schedule,
            tags=as_tags(params.get("Tags")) if before is None else before.tags,
            targets={} if before is None else before.targets,
        )
        self.rule_put(rule)
        bus.put(rule)
        return {"RuleArn": rule.arn}

    def rule_arn(self, bus: EventBus, name: str) -> str:
        """The ARN of a rule of this name, there or not."""
        return self._plane.arn("events", f"rule/{name if bus.name == 'default' else f'{bus.name}/{name}'}")

    def _check_quotas(self, bus: EventBus, name: str, text: str | None, pattern: Pattern | None) -> None:
        """Raises LimitExceededException."""
        check_quota(len(text or ""), self.quotas.pattern_characters)
        if name not in bus.rules:
            check_quota(len(bus.rules) + 1, self.quotas.rules_per_bus)
        if pattern is not None and has_wildcard(pattern):
            others = (rule.pattern for rule in bus.rules.values() if rule.name != name)
            wild = sum(other is not None and has_wildcard(other) for other in others)
            check_quota(wild + 1, self.quotas.wildcard_rules_per_bus)

    @operation("DeleteRule")
    def delete_rule(self, params: Params) -> Response:
        """A rule that is not there is deleted already."""
        accept("DeleteRule", params)
        bus = self.buses.get(params.get("EventBusName"))
        rule = bus.rules.get(params["Name"])
        if rule is not None:
            check_unmanaged(rule, force=bool(params.get("Force")))
            if rule.targets:
                raise validation("Rule can't be deleted since it has targets.")
            bus.drop(rule)
            self.rule_gone(rule)
        return {}

    @operation("DescribeRule")
    def describe_rule(self, params: Params) -> Response:
        accept("DescribeRule", params)
        return {**self._named(params).described(), "CreatedBy": self._plane.account}

    @operation("ListRules")
    def list_rules(self, params: Params) -> Response:
        accept("ListRules", params)
        bus, prefix = self.buses.get(params.get("EventBusName")), params.get("NamePrefix") or ""
        rules = [bus.rules[name].described() for name in sorted(bus.rules) if name.startswith(prefix)]
        return page("Rules", rules, params)

    @operation("ListRuleNamesByTarget")
    def list_rule_names_by_target(self, params: Params) -> Response:
        accept("ListRuleNamesByTarget", params)
        rules, arn = self.buses.get(params.get("EventBusName")).rules, params["TargetArn"]
        names = [name for name in sorted(rules) if any(target.arn == arn for target in rules[name].targets.values())]
        return page("RuleNames", names, params)

    @operation("EnableRule")
    def enable_rule(self, params: Params) -> Response:
        accept("EnableRule", params)
        return self._set_state(params, "ENABLED")

    @operation("DisableRule")
    def disable_rule(self, params: Params) -> Response:
        accept("DisableRule", params)
        return self._set_state(params, "DISABLED")

    def _set_state(self, params: Params, state: str) -> Response:
        rule = self._named(params)
        check_unmanaged(rule)
        rule.state = state
        self.rule_put(rule)
        self.buses.get(rule.bus).put(rule)
        return {}

    def _named(self, params: Params) -> Rule:
        return self.buses.get(params.get("EventBusName")).rule(params["Name"])

    @operation("TestEventPattern")
    def test_event_pattern(self, params: Params) -> Response:
        accept("TestEventPattern", params)
        event = _sample(params["Event"])
        return {"Result": compile_rule_pattern(params["EventPattern"]).matches(event)}


_REQUIRED_OF_SAMPLES = ("id", "account", "source", "time", "region", "detail-type")


def _sample(text: str) -> dict[str, Any]:
    """The event of TestEventPattern, whose API reference asks for "resources" too; AWS does without."""
    try:
        event = read(text)
    except ValueError as error:
        raise validation("Parameter Event is not valid.") from error
    if not isinstance(event, dict) or any(name not in event for name in _REQUIRED_OF_SAMPLES):
        raise validation("Parameter Event is not valid.")
    return event
