"""The resources that listen by a pattern, and what each says of itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bus.cli.rules.destinations import Target, event_targets
from bus.cli.rules.shaped import mapping_at, mappings_at
from bus.patterns import EVENT_SOURCE_MAPPING, PIPES, RULES, SNS_ATTRIBUTES, SNS_BODY, Dialect

_Name = Callable[[Any], str]


@dataclass(frozen=True)
class Found:
    """What a resource says of itself; `targets` raises MisshapenError, and is asked only where they are shown."""

    kind: str
    dialect: Dialect
    patterns: tuple[str | Mapping[str, Any], ...]
    origin: str
    targets: Callable[[], tuple[Target, ...]]


def _rule(rule: Mapping[str, Any], name: _Name) -> Found:
    origin = name(rule["EventBusName"]) if "EventBusName" in rule else "the default bus"
    return Found("rule", RULES, _present(rule.get("EventPattern")), origin, lambda: event_targets(rule, name))


def _archive(archive: Mapping[str, Any], name: _Name) -> Found:
    days = archive.get("RetentionDays")
    kept = Target("the archive", (f"for {days} days" if days else "for ever",))
    patterns = _present(archive.get("EventPattern"))
    return Found("archive", RULES, patterns, name(archive.get("SourceArn")), lambda: (kept,))


def _pipe(pipe: Mapping[str, Any], name: _Name) -> Found:
    by_way_of = (f"by way of {name(pipe['Enrichment'])}",) if "Enrichment" in pipe else ()
    target = Target(name(pipe.get("Target")), by_way_of)
    patterns = _filters(mapping_at(pipe, "SourceParameters"))
    return Found("pipe", PIPES, patterns, name(pipe.get("Source")), lambda: (target,))


def _mapping(mapping: Mapping[str, Any], name: _Name) -> Found:
    target = Target(name(mapping.get("FunctionName")))
    origin = name(mapping.get("EventSourceArn"))
    return Found("event source mapping", EVENT_SOURCE_MAPPING, _filters(mapping), origin, lambda: (target,))


def _subscription(subscription: Mapping[str, Any], name: _Name) -> Found:
    dialect = SNS_BODY if subscription.get("FilterPolicyScope") == "MessageBody" else SNS_ATTRIBUTES

    def targets() -> tuple[Target, ...]:
        dead_letters = mapping_at(subscription, "RedrivePolicy").get("deadLetterTargetArn")
        remarks = (f"dead letters to {name(dead_letters)}",) if dead_letters else ()
        return (Target(name(subscription.get("Endpoint")), remarks),)

    patterns, origin = _present(subscription.get("FilterPolicy")), name(subscription.get("TopicArn"))
    return Found("subscription", dialect, patterns, origin, targets)


KINDS: Mapping[str, Callable[[Mapping[str, Any], _Name], Found]] = {
    "AWS::Events::Archive": _archive,
    "AWS::Events::Rule": _rule,
    "AWS::Lambda::EventSourceMapping": _mapping,
    "AWS::Pipes::Pipe": _pipe,
    "AWS::SNS::Subscription": _subscription,
}
"""What reads the properties of each type of resource. Each raises MisshapenError."""


def _present(pattern: str | Mapping[str, Any] | None) -> tuple[str | Mapping[str, Any], ...]:
    return () if pattern is None else (pattern,)


def _filters(around: Mapping[str, Any]) -> tuple[str, ...]:
    filters = mappings_at(mapping_at(around, "FilterCriteria"), "Filters")
    return tuple(each["Pattern"] for each in filters if "Pattern" in each)
