"""Whatever of the project's templates listens by a pattern: rules, archives, pipes, mappings, subscriptions."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bus.cli.rules.destinations import Names, Target, event_targets
from bus.cli.rules.errors import UnusableError, invalid
from bus.patterns import (
    EVENT_SOURCE_MAPPING,
    PIPES,
    RULES,
    SNS_ATTRIBUTES,
    SNS_BODY,
    Dialect,
    InvalidPatternError,
    Pattern,
)
from bus.patterns.parse import parse
from bus.topology import Preview, ResourceTemplate, Setting, Template, TopologyError


@dataclass(frozen=True)
class Listener:
    """One of them. `service` is "bus" for the bus stack; `kind` the noun for it; `origin` what it listens to."""

    service: str
    logical_id: str
    kind: str
    description: str
    deployed_as: str
    declared: str
    origin: str
    pattern: Pattern
    targets: tuple[Target, ...]

    @property
    def name(self) -> str:
        """`notifications/OrderNewsRule`."""
        return f"{self.service}/{self.logical_id}"

    @property
    def noun(self) -> str:
        """What it receives, as a sentence begins with it."""
        return _NOUNS[self.kind]


_NOUNS = {
    "rule": "Events",
    "archive": "Events",
    "pipe": "Records",
    "event source mapping": "Records",
    "subscription": "Messages",
}


_Name = Callable[[Any], str]


@dataclass(frozen=True)
class _Found:
    """What a resource says of itself."""

    kind: str
    dialect: Dialect
    patterns: tuple[str | Mapping[str, Any], ...]
    origin: str
    targets: tuple[Target, ...]


def read_listeners(project: Path) -> list[Listener]:
    """All of them, by template, in their order. Raises UnusableError."""
    paths = [project / "bus/infra/template.yaml", *sorted(project.glob("services/*/template.yaml"))]
    try:
        previews = [_preview(path) for path in paths if path.is_file()]
        names = Names(previews)
        return [each for preview in previews for each in _of(preview, names, project)]
    except TopologyError as error:
        raise UnusableError(str(error)) from error


def _preview(path: Path) -> Preview:
    service = "bus" if path.parent.name == "infra" else path.parent.name
    setting = Setting(stack=service, account="123456789012", region="us-east-1", stack_id=service)
    return Preview(Template.load(path), setting, lambda name: name)


def _of(preview: Preview, names: Names, project: Path) -> Iterator[Listener]:
    for resource in preview.template.resources.values():
        if resource.type not in _KINDS or not preview.applies(resource):
            continue
        properties = preview.properties(resource)
        found = _KINDS[resource.type](properties, lambda arn: names.of(arn, preview))
        if found.patterns:
            declared = f"{preview.template.path.relative_to(project)}:{resource.line}"
            yield Listener(
                service=preview.setting.stack,
                logical_id=resource.logical_id,
                kind=found.kind,
                description=properties.get("Description", ""),
                deployed_as=properties.get("Name") or properties.get("ArchiveName") or "",
                declared=declared,
                origin=found.origin,
                pattern=_pattern(found, declared, resource),
                targets=found.targets,
            )


def _pattern(found: _Found, declared: str, resource: ResourceTemplate) -> Pattern:
    """Of several patterns one must match, as of the branches of one."""
    try:
        branches = [branch for pattern in found.patterns for branch in parse(pattern, found.dialect)]
    except InvalidPatternError as error:
        raise invalid(f"{declared}: {resource.logical_id}", error) from error
    return Pattern(branches, found.dialect)


def _rule(rule: Mapping[str, Any], name: _Name) -> _Found:
    origin = name(rule["EventBusName"]) if "EventBusName" in rule else "the default bus"
    return _Found("rule", RULES, _present(rule.get("EventPattern")), origin, event_targets(rule, name))


def _archive(archive: Mapping[str, Any], name: _Name) -> _Found:
    days = archive.get("RetentionDays")
    kept = Target("the archive", (f"for {days} days" if days else "for ever",))
    return _Found("archive", RULES, _present(archive.get("EventPattern")), name(archive.get("SourceArn")), (kept,))


def _pipe(pipe: Mapping[str, Any], name: _Name) -> _Found:
    by_way_of = (f"by way of {name(pipe['Enrichment'])}",) if "Enrichment" in pipe else ()
    target = Target(name(pipe.get("Target")), by_way_of)
    return _Found("pipe", PIPES, _filters(pipe.get("SourceParameters", {})), name(pipe.get("Source")), (target,))


def _mapping(mapping: Mapping[str, Any], name: _Name) -> _Found:
    target = Target(name(mapping.get("FunctionName")))
    origin = name(mapping.get("EventSourceArn"))
    return _Found("event source mapping", EVENT_SOURCE_MAPPING, _filters(mapping), origin, (target,))


def _subscription(subscription: Mapping[str, Any], name: _Name) -> _Found:
    dialect = SNS_BODY if subscription.get("FilterPolicyScope") == "MessageBody" else SNS_ATTRIBUTES
    dead_letters = subscription.get("RedrivePolicy", {}).get("deadLetterTargetArn")
    remarks = (f"dead letters to {name(dead_letters)}",) if dead_letters else ()
    target = Target(name(subscription.get("Endpoint")), remarks)
    return _Found(
        "subscription",
        dialect,
        _present(subscription.get("FilterPolicy")),
        name(subscription.get("TopicArn")),
        (target,),
    )


_KINDS = {
    "AWS::Events::Archive": _archive,
    "AWS::Events::Rule": _rule,
    "AWS::Lambda::EventSourceMapping": _mapping,
    "AWS::Pipes::Pipe": _pipe,
    "AWS::SNS::Subscription": _subscription,
}


def _present(pattern: str | Mapping[str, Any] | None) -> tuple[str | Mapping[str, Any], ...]:
    return () if pattern is None else (pattern,)


def _filters(around: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(each["Pattern"] for each in around.get("FilterCriteria", {}).get("Filters", ()) if "Pattern" in each)
