"""Where events come from and go to, as people call it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bus.cli.rules.shaped import mapping_at, mappings_at, whole_at
from bus.topology import Preview

_REFERENCE = re.compile(r"\$\{(?P<name>\w+)(?:\.(?P<attribute>[\w.]+))?\}")
_STORED = re.compile(r"\{\{resolve:ssm:(?P<name>[^{}]+)\}\}")
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HOUR, _MINUTE = 3600, 60
# What a target without a retry policy has: EventBridge user guide, "How EventBridge retries delivering events".
_ATTEMPTS, _SECONDS = 185, 86400


@dataclass(frozen=True)
class Target:
    """`what` receives; `remarks` are what is worth knowing of the way there."""

    what: str
    remarks: tuple[str, ...] = ()


class Names:
    """Puts the ARNs of templates into words: `the SQS queue EmailQueue`."""

    def __init__(self, previews: Sequence[Preview]) -> None:
        # Stacks find each other by SSM parameters: each leads to the resource of another stack.
        self._stored = {
            str(properties["Name"]): (properties["Value"], preview)
            for preview in previews
            for resource in preview.template.resources.values()
            if resource.type == "AWS::SSM::Parameter"
            for properties in [preview.properties(resource)]
            if "Name" in properties and "Value" in properties
        }

    def of(self, arn: Any, preview: Preview) -> str:
        """The resource that an ARN or a name of `preview`'s template stands for; what is no such thing as it is."""
        text = str(arn or "an unnamed resource")
        gone_by: set[str] = set()  # a parameter may lead to itself
        while (stored := _STORED.fullmatch(text)) and stored["name"] in self._stored.keys() - gone_by:
            gone_by.add(stored["name"])
            value, preview = self._stored[stored["name"]]
            text = str(value)
        reference = _REFERENCE.fullmatch(text)
        if not reference or reference["name"] not in preview.template.resources:
            return text
        kind = _kind(preview.template.resources[reference["name"]].type)
        stream = "the stream of " if reference["attribute"] == "StreamArn" else ""
        return f"{stream}the {kind} {reference['name']}"


def event_targets(rule: Mapping[str, Any], name: Callable[[Any], str]) -> tuple[Target, ...]:
    """The targets of a rule, and what becomes of events that do not reach them. Raises MisshapenError."""
    targets = mappings_at(rule, "Targets")
    return tuple(Target(name(target.get("Arn")), tuple(_remarks(target, name))) for target in targets)


def _remarks(target: Mapping[str, Any], name: Callable[[Any], str]) -> list[str]:
    policy = mapping_at(target, "RetryPolicy")
    attempts = whole_at(policy, "MaximumRetryAttempts", _ATTEMPTS)
    seconds = whole_at(policy, "MaximumEventAgeInSeconds", _SECONDS)
    remarks = [f"{attempts} more attempts within {_duration(seconds)}" if attempts else "no second attempt"]
    if arn := mapping_at(target, "DeadLetterConfig").get("Arn"):
        remarks.append(f"dead letters to {name(arn)}")
    return remarks


def _duration(seconds: int) -> str:
    unit, name = (_HOUR, "hours") if seconds % _HOUR == 0 else (_MINUTE, "minutes")
    return f"{seconds // unit} {name}" if seconds % unit == 0 else f"{seconds} seconds"


def _kind(type_: str) -> str:
    """`SQS queue` of "AWS::SQS::Queue", `Custom database` of "Custom::Database"."""
    service, _, resource = type_.removeprefix("AWS::").partition("::")
    words = _WORDS.sub(" ", resource).lower()
    return words if service == "Events" else f"{service} {words}".rstrip()
