"""A CloudFormation or SAM template, read and checked, and how its resources depend on one another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from bus.topology import sam, sections
from bus.topology.document import Document, Place, read
from bus.topology.errors import TopologyError
from bus.topology.order import CycleError, in_order
from bus.topology.parameters import Parameter
from bus.topology.parts import (
    Output,
    ResourceTemplate,
    read_origins,
    read_outputs,
    read_parameters,
    read_resources,
)
from bus.topology.references import Reference, references

REGION = "us-east-1"


@dataclass(frozen=True)
class Template:
    """A template that was read and checked; nothing in it is to be changed.

    `given` are the parameters' values of this deployment, over their defaults.
    """

    path: Path
    document: Document
    parameters: Mapping[str, Parameter]
    given: Mapping[str, str]
    mappings: Mapping[str, Any]
    conditions: Mapping[str, Any]
    resources: Mapping[str, ResourceTemplate]
    outputs: Mapping[str, Output]
    origins: Mapping[str, str] = field(default_factory=dict)
    """By the logical id of a resource that SAM made, that of the resource which it was made for."""
    processed: Mapping[str, Any] = field(default_factory=dict)
    """Its content once SAM's is translated, functions in their long form."""

    @classmethod
    def load(cls, path: str | Path, parameters: Mapping[str, str] | None = None) -> "Template":
        """Read the template at `path`, translate SAM, check every section and reference. Raises TopologyError.

        A template that this process has read before, with the same text and parameters, is not
        translated again.
        """
        path = Path(path)
        try:
            text = path.read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise TopologyError(str(path), 0, "", f"cannot be read: {error}") from error
        return cls.parse(path, text, parameters)

    @classmethod
    def parse(cls, name: str | Path, text: str, parameters: Mapping[str, str] | None = None) -> "Template":
        """The same of a text that is there already; `name` is what errors call it. Nothing is read at that path."""
        return _load(Path(name), text, tuple(sorted((parameters or {}).items())))

    @property
    def text(self) -> str:
        """What it was read from."""
        return self.document.text

    @property
    def transformed(self) -> bool:
        """Whether it is SAM's."""
        return sections.transformed(self.document)

    def in_order(self) -> tuple[ResourceTemplate, ...]:
        """The resources, each after what it refers to or depends on, otherwise as the template has them.

        Raises TopologyError when some wait for one another.
        """
        return self._ordered

    @cached_property
    def _ordered(self) -> tuple[ResourceTemplate, ...]:
        try:
            return tuple(self.resources[name] for name in in_order(self.needs))
        except CycleError as error:
            raise self.error(("Resources", error.names[0]), f"these resources wait for one another: {error}") from error

    @cached_property
    def needs(self) -> Mapping[str, tuple[str, ...]]:
        """The resources that each resource needs, by logical id."""
        return {
            resource.logical_id: tuple(
                dict.fromkeys(
                    name
                    for name in (*resource.depends_on, *(reference.name for reference in resource.references()))
                    if name in self.resources
                )
            )
            for resource in self.resources.values()
        }

    def line(self, place: Place) -> int:
        """The line of `place`; for what SAM made, of the resource that it was made for."""
        if len(place) > 1 and place[0] == "Resources":
            return self.document.line(("Resources", self.origins.get(str(place[1]), place[1]), *place[2:]))
        return self.document.line(place)

    def property_lines(self, logical_id: str) -> Mapping[str, int]:
        """The line of each property of a resource by its path, lists stepped over ("Targets.DeadLetterConfig.Arn")."""
        return self._property_lines.get(self.origins.get(logical_id, logical_id), {})

    @cached_property
    def _property_lines(self) -> Mapping[str, Mapping[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for place, line in self.document.lines.items():
            match place:
                case ("Resources", str(logical_id), "Properties", *steps):
                    path = ".".join(str(step) for step in steps if _is_property(step))
                    found.setdefault(logical_id, {}).setdefault(path, line)
        return found

    def error(self, place: Place, problem: str) -> TopologyError:
        """The error that says where `problem` is."""
        return TopologyError(self.document.name, self.line(place), self._where(place), problem)

    def _where(self, place: Place) -> str:
        section, *rest = place
        path = ".".join(str(step) for step in rest[1:] if not str(step).startswith("Fn::"))
        if section != "Resources" or not rest:
            return f"{section}.{'.'.join(map(str, rest))}" if rest else str(section)
        resource = self.resources.get(str(rest[0]))
        name = f"{rest[0]} ({resource.type})" if resource else str(rest[0])
        return f"{name}: {path}" if path else name


def _is_property(step: str | int) -> bool:
    """A list's index is none, nor is a function."""
    return isinstance(step, str) and not step.startswith("Fn::")


@lru_cache(maxsize=64)
def _load(path: Path, text: str, given: tuple[tuple[str, str], ...]) -> Template:
    document = read(str(path), text)
    content = document.content
    sections.check(document)
    if sections.transformed(document):
        content = sam.translate(document, dict(given), REGION)
    origins = read_origins(document, content)
    template = Template(
        path=path,
        document=document,
        parameters=read_parameters(document),
        given=dict(given),
        mappings=content.get("Mappings", {}),
        conditions=content.get("Conditions", {}),
        resources=read_resources(document, content, origins),
        outputs=read_outputs(content),
        origins=origins,
        processed=content,
    )
    sections.check_references(template.error, template.resources, template.parameters, _everything(template))
    return template


def _everything(template: Template) -> Iterator[Reference]:
    for resource in template.resources.values():
        yield from resource.references()
    for name, output in template.outputs.items():
        yield from references(output.value, ("Outputs", name, "Value"))
    yield from references(dict(template.conditions), ("Conditions",))
