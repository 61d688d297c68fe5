"""What a template may contain, so that nothing in one is passed over in silence."""

import difflib
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from bus.topology.document import Document, Place
from bus.topology.errors import NoResourcesError, TopologyError, UnresolvedError
from bus.topology.references import PSEUDO_PARAMETERS, Reference
from bus.topology.sam import TRANSFORM

_SECTIONS = frozenset(
    {
        "AWSTemplateFormatVersion",
        "Description",
        "Metadata",
        "Parameters",
        "Mappings",
        "Conditions",
        "Transform",
        "Globals",
        "Resources",
        "Outputs",
    }
)
_ATTRIBUTES = frozenset(
    {
        "Type",
        "Properties",
        "DependsOn",
        "Condition",
        "Metadata",
        "DeletionPolicy",
        "UpdateReplacePolicy",
        "UpdatePolicy",
    }
)
_SAM_ATTRIBUTES = frozenset({"Connectors", "IgnoreGlobals"})
_OUTPUT_KEYS = frozenset({"Description", "Value", "Condition", "Export"})


def transformed(document: Document) -> bool:
    """Whether the template is SAM's."""
    return document.content.get("Transform") in (TRANSFORM, [TRANSFORM])


def check(document: Document) -> None:
    """Raises TopologyError for a section, resource attribute or output that is not read."""
    content = document.content
    _only(document, (), content, _SECTIONS, "section")
    if "Transform" in content and not transformed(document):
        raise _error(document, ("Transform",), f"{content['Transform']} is not supported; {TRANSFORM} is")
    if "Globals" in content and not transformed(document):
        raise _error(document, ("Globals",), f"Globals are SAM's; say Transform: {TRANSFORM}")
    for section in ("Parameters", "Mappings", "Conditions", "Resources", "Outputs"):
        _mapping(document, (section,), content.get(section, {}))
    for name, parameter in content.get("Parameters", {}).items():
        _mapping(document, ("Parameters", name), parameter)
    if not content.get("Resources"):
        line = document.line(("Resources",))
        raise NoResourcesError(document.name, line, "Resources", "a template has at least one resource")
    for logical_id, resource in content["Resources"].items():
        _check_resource(document, ("Resources", logical_id), resource)
    for name, output in content.get("Outputs", {}).items():
        _check_output(document, ("Outputs", name), output)


def _check_resource(document: Document, place: Place, resource: Any) -> None:
    _mapping(document, place, resource)
    _only(document, place, resource, _ATTRIBUTES | (_SAM_ATTRIBUTES if transformed(document) else set()), "attribute")
    if not isinstance(resource.get("Type"), str):
        raise _error(document, place, "a resource has a Type, such as AWS::SQS::Queue")
    _mapping(document, (*place, "Properties"), resource.get("Properties", {}))
    if not _names(resource.get("DependsOn", [])):
        raise _error(document, (*place, "DependsOn"), "is to be a name or a list of names")
    condition = resource.get("Condition")
    if condition is not None and condition not in document.content.get("Conditions", {}):
        raise _error(document, (*place, "Condition"), f"there is no condition {condition}")


def _check_output(document: Document, place: Place, output: Any) -> None:
    _mapping(document, place, output)
    _only(document, place, output, _OUTPUT_KEYS, "key")
    if "Export" in output:
        raise _error(
            document,
            (*place, "Export"),
            "stacks find each other by SSM parameters, not by exports, which cannot change while in use;"
            " make an AWS::SSM::Parameter",
        )
    if "Value" not in output:
        raise _error(document, place, "an output has a Value")


def check_references(
    error: Callable[[Place, str], TopologyError],
    resources: Mapping[str, Any],
    parameters: Collection[str],
    found: Iterable[Reference],
) -> None:
    """Raises for a reference to what is not there, and for a DependsOn that names nothing."""
    for reference in found:
        known = [*resources, *(() if reference.attribute is not None else (*parameters, *PSEUDO_PARAMETERS))]
        if reference.name not in known:
            problem = f"{reference.function} names {reference.name}, which the template does not have"
            told = error(reference.place, problem + _meant(reference.name, known))
            raise UnresolvedError(told, str(reference.place[0]), reference.function, reference.name)
    for logical_id, resource in resources.items():
        for name in resource.depends_on:
            if name not in resources:
                problem = f"DependsOn names {name}, which the template does not have{_meant(name, resources)}"
                told = error(("Resources", logical_id, "DependsOn"), problem)
                raise UnresolvedError(told, "Resources", "DependsOn", name)


def _meant(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; is {close[0]} meant?" if close else ""


def _only(document: Document, place: Place, found: Mapping[str, Any], known: Collection[str], what: str) -> None:
    for key in found:
        if key not in known:
            raise _error(document, (*place, key), f"the {what} {key} is not supported")


def _names(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(name, str) for name in value))


def _mapping(document: Document, place: Place, value: Any) -> None:
    if not isinstance(value, dict):
        raise _error(document, place, "is to be a mapping")


def _error(document: Document, place: Place, problem: str) -> TopologyError:
    return TopologyError(document.name, document.line(place), ".".join(map(str, place)), problem)
