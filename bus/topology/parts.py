"""What a template is made of: parameters, resources and outputs, each as the template writes it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bus.topology.document import Document, Place
from bus.topology.errors import TopologyError
from bus.topology.parameters import Parameter, ParameterError
from bus.topology.references import Reference, references


@dataclass(frozen=True)
class ResourceTemplate:
    """A resource as the template writes it; its properties hold functions still."""

    logical_id: str
    type: str
    properties: Mapping[str, Any]
    depends_on: tuple[str, ...]
    condition: str | None
    line: int
    deletion_policy: str = "Delete"
    update_replace_policy: str = "Delete"

    @property
    def place(self) -> Place:
        """Where its properties are in the template."""
        return ("Resources", self.logical_id, "Properties")

    def references(self) -> Iterator[Reference]:
        """What its properties refer to, in their order."""
        return references(self.properties, self.place)


@dataclass(frozen=True)
class Output:
    """An output as the template writes it."""

    name: str
    value: Any
    condition: str | None


def read_parameters(document: Document) -> dict[str, Parameter]:
    """The parameters by name. Raises TopologyError."""
    found = {}
    for name, definition in document.content.get("Parameters", {}).items():
        try:
            found[name] = Parameter.of(name, definition)
        except ParameterError as error:
            where = ("Parameters", name)
            raise TopologyError(document.name, document.line(where), ".".join(where), str(error)) from error
    return found


def read_resources(
    document: Document, content: Mapping[str, Any], origins: Mapping[str, str]
) -> dict[str, ResourceTemplate]:
    """The resources by logical id; what SAM made stands on the line of what it was made for."""
    return {
        logical_id: ResourceTemplate(
            logical_id=logical_id,
            type=resource["Type"],
            properties=resource.get("Properties", {}),
            depends_on=_depends_on(resource.get("DependsOn", [])),
            condition=resource.get("Condition"),
            line=document.line(("Resources", origins.get(logical_id, logical_id))),
            deletion_policy=resource.get("DeletionPolicy", "Delete"),
            update_replace_policy=resource.get("UpdateReplacePolicy", "Delete"),
        )
        for logical_id, resource in content["Resources"].items()
    }


def _depends_on(written: str | list[str]) -> tuple[str, ...]:
    return (written,) if isinstance(written, str) else tuple(written)


def read_outputs(content: Mapping[str, Any]) -> dict[str, Output]:
    return {
        name: Output(name, output["Value"], output.get("Condition"))
        for name, output in content.get("Outputs", {}).items()
    }


def read_origins(document: Document, content: Mapping[str, Any]) -> dict[str, str]:
    """SAM names what it makes after the resource that it makes it for."""
    written = document.content["Resources"]
    origins = {}
    for made in content["Resources"]:
        if made not in written:
            origins[made] = max((name for name in written if made.startswith(name)), key=len, default="")
    return origins
