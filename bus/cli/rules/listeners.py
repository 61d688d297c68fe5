"""Whatever of the project's templates listens by a pattern: rules, archives, pipes, mappings, subscriptions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bus.cli.rules.destinations import Names, Target
from bus.cli.rules.errors import UnusableError, invalid
from bus.cli.rules.kinds import KINDS, Found
from bus.cli.rules.shaped import MisshapenError, mapping_at
from bus.patterns import InvalidPatternError, Pattern
from bus.patterns.parse import parse
from bus.topology import Preview, ResourceTemplate, Setting, Template, TopologyError

_BUS, _SERVICES = "bus/infra/template.yaml", "services/*/template.yaml"


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
    _targets: Callable[[], tuple[Target, ...]] = field(compare=False)

    @property
    def name(self) -> str:
        """`notifications/OrderNewsRule`."""
        return f"{self.service}/{self.logical_id}"

    @property
    def noun(self) -> str:
        """What it receives, as a sentence begins with it."""
        return _NOUNS[self.kind]

    def targets(self) -> tuple[Target, ...]:
        """Where that goes. Raises UnusableError for a template that says it in no way that can be read."""
        try:
            return self._targets()
        except MisshapenError as error:
            raise _misshapen(self.declared, self.logical_id, error) from error


_NOUNS = {
    "rule": "Events",
    "archive": "Events",
    "pipe": "Records",
    "event source mapping": "Records",
    "subscription": "Messages",
}


def read_listeners(project: Path) -> list[Listener]:
    """All of them, by template, in their order. Raises UnusableError."""
    try:
        previews = [_preview(path) for path in _templates(project)]
        names = Names(previews)
        return [each for preview in previews for each in _of(preview, names, project)]
    except TopologyError as error:
        raise UnusableError(str(error)) from error


def why_none(project: Path) -> str:
    """Why nothing listens, where nothing does."""
    if _templates(project):
        return f"nothing in the templates below {project} listens by a pattern"
    return f"there are no templates below {project}, neither {_BUS} nor {_SERVICES}"


def _templates(project: Path) -> list[Path]:
    return [path for path in (project / _BUS, *sorted(project.glob(_SERVICES))) if path.is_file()]


def _preview(path: Path) -> Preview:
    service = "bus" if path.parent.name == "infra" else path.parent.name
    setting = Setting(stack=service, account="123456789012", region="us-east-1", stack_id=service)
    return Preview(Template.load(path), setting, lambda name: name)


def _of(preview: Preview, names: Names, project: Path) -> Iterator[Listener]:
    for resource in preview.template.resources.values():
        if resource.type not in KINDS or not preview.applies(resource):
            continue
        declared = f"{preview.template.path.relative_to(project)}:{resource.line}"
        try:
            properties = mapping_at({"Properties": preview.properties(resource)}, "Properties")
            found = KINDS[resource.type](properties, lambda arn: names.of(arn, preview))
        except MisshapenError as error:
            raise _misshapen(declared, resource.logical_id, error) from error
        if found.patterns:
            yield Listener(
                service=preview.setting.stack,
                logical_id=resource.logical_id,
                kind=found.kind,
                description=str(properties.get("Description", "")),
                deployed_as=str(properties.get("Name") or properties.get("ArchiveName") or ""),
                declared=declared,
                origin=found.origin,
                pattern=_pattern(found, declared, resource),
                _targets=found.targets,
            )


def _misshapen(declared: str, logical_id: str, error: MisshapenError) -> UnusableError:
    return UnusableError(f"{declared}: {logical_id}: {error}")


def _pattern(found: Found, declared: str, resource: ResourceTemplate) -> Pattern:
    """Of several patterns one must match, as of the branches of one."""
    try:
        branches = [branch for pattern in found.patterns for branch in parse(pattern, found.dialect)]
    except InvalidPatternError as error:
        raise invalid(f"{declared}: {resource.logical_id}", error) from error
    return Pattern(branches, found.dialect)
