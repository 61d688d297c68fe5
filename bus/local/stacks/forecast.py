"""What a deployment would change, found without making anything."""

from collections.abc import Iterator, Mapping
from typing import Any

from bus.local.makers import Makers
from bus.local.resources import Kind, at_path
from bus.local.stacks.changes import (
    ADD,
    ALWAYS,
    DYNAMIC,
    MODIFY,
    NEVER,
    REMOVE,
    STATIC,
    Change,
    Detail,
    replacement,
)
from bus.local.stacks.stack import Stack, StackResource
from bus.topology import Resolver, ResourceTemplate, Setting, Template, TopologyError
from bus.topology.document import Place
from bus.topology.parameters import FromSsm
from bus.topology.references import Reference, references

_DIRECT = "DirectModification"


class _Foreseen(Resolver):
    """Resolves with what is there; what is not, or will be another, stays as "${Table.Arn}"."""

    def _unmade(self, name: str, attribute: str | None, place: Place) -> str:  # noqa: ARG002 - the same door
        return f"${{{name}}}" if attribute is None else f"${{{name}.{attribute}}}"

    def _dynamic(self, text: str, place: Place) -> str:
        try:
            return super()._dynamic(text, place)
        except TopologyError:  # a parameter that another stack has yet to make
            return text


class Forecast:
    """The changes that a template would bring to a stack; `before` is None where there is none yet."""

    def __init__(
        self, makers: Makers, template: Template, setting: Setting, before: Stack | None, from_ssm: FromSsm
    ) -> None:
        self._template, self._before = template, before
        self._kinds: Mapping[str, Kind] = {kind.type: kind for kind in makers.kinds()}
        self._there: dict[str, StackResource] = {}
        self._modified: dict[str, str] = {}
        self._foreseen = _Foreseen(template, setting, from_ssm, self._there)
        self._turned = self._turned_parameters()

    def changes(self) -> list[Change]:
        """In the template's order of dependency; what would be removed comes last. Raises TopologyError."""
        wanted = [one for one in self._template.in_order() if self._foreseen.applies(one)]
        found = [change for change in map(self._change, wanted) if change is not None]
        names = {one.logical_id for one in wanted}
        return [*found, *self._removals(names)]

    def changes_outputs(self) -> bool:
        """Whether an output would have another value; only once the changes are known."""
        return self._before is not None and self._foreseen.outputs() != self._before.outputs

    def _change(self, resource: ResourceTemplate) -> Change | None:
        old = None if self._before is None else self._before.resources.get(resource.logical_id)
        properties = self._foreseen.properties(resource)
        if old is None:
            return Change(ADD, resource.logical_id, resource.type, after=properties)
        details = [*self._property_details(resource, old, properties), *self._attribute_details(resource)]
        replaced = replacement(details)
        if replaced != "True":
            self._there[resource.logical_id] = old
        if not details:
            return None
        self._modified[resource.logical_id] = replaced
        policy = "ReplaceAndRetain" if old.replaced_kept else "ReplaceAndDelete"
        return Change(
            MODIFY,
            resource.logical_id,
            resource.type,
            old.ref,
            replaced,
            policy if replaced == "True" else "",
            tuple(details),
            old.made.properties,
            properties,
        )

    def _removals(self, wanted: set[str]) -> Iterator[Change]:
        for name, old in {} if self._before is None else self._before.resources.items():
            if name not in wanted:
                policy = "Retain" if old.retained else "Delete"
                yield Change(REMOVE, name, old.type, old.ref, policy_action=policy, before=old.made.properties)

    def _property_details(
        self, resource: ResourceTemplate, old: StackResource, properties: Mapping[str, Any]
    ) -> Iterator[Detail]:
        for name in dict.fromkeys((*old.made.properties, *properties)):
            yield from self._details(resource, name, old.made.properties, properties)

    def _details(
        self, resource: ResourceTemplate, name: str, old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> Iterator[Detail]:
        before, after = old.get(name), new.get(name)
        raw = resource.properties.get(name)
        differs = before != after
        found = list(references(raw))
        causes = [*self._resource_causes(found)]
        if differs:
            causes += [(STATIC, "ParameterReference", one.name) for one in found if one.name in self._turned]
            if self._written_before(resource).get(name) != raw or not causes:
                known = all(one.name in self._there or one.name not in self._template.resources for one in found)
                causes.append((STATIC if known else DYNAMIC, _DIRECT, ""))
            elif causes[-1][1] == "ParameterReference":
                # Whether the template says something else as well is not evaluated (user guide, change sets).
                causes.append((DYNAMIC, _DIRECT, ""))
        for evaluation, source, cause in dict.fromkeys(causes):
            recreation = self._recreation(resource.type, name, old, new, dynamic=evaluation == DYNAMIC)
            if name == "Tags":
                yield Detail("Tags", "", NEVER, evaluation, source, cause, before, after)
            else:
                yield Detail("Properties", name, recreation, evaluation, source, cause, before, after)

    def _resource_causes(self, found: list[Reference]) -> Iterator[tuple[str, str, str]]:
        """What the values of other resources would do: an attribute of one that is changed may change with it."""
        for one in found:
            replaced = self._modified.get(one.name)
            if replaced is not None and one.attribute is not None:
                yield DYNAMIC, "ResourceAttribute", f"{one.name}.{one.attribute}"
            elif replaced in ("True", "Conditional"):
                yield DYNAMIC, "ResourceReference", one.name

    def _recreation(
        self, type_: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any], *, dynamic: bool
    ) -> str:
        kind = self._kinds.get(type_)
        paths = () if kind is None else kind.replaced_by
        within = [path for path in paths if path.partition(".")[0] == name]
        recreates = any(dynamic or at_path(old, path) != at_path(new, path) for path in within)
        return ALWAYS if recreates else NEVER

    def _attribute_details(self, resource: ResourceTemplate) -> Iterator[Detail]:
        for attribute in ("Metadata", "DeletionPolicy", "UpdateReplacePolicy"):
            before = self._attribute(None if self._before is None else self._before.template, resource, attribute)
            after = self._attribute(self._template, resource, attribute)
            if before != after:
                yield Detail(attribute, "", NEVER, STATIC, _DIRECT, "", before, after)

    @staticmethod
    def _attribute(template: Template | None, resource: ResourceTemplate, attribute: str) -> Any:
        resources: Any = {} if template is None else template.processed["Resources"]
        return resources.get(resource.logical_id, {}).get(attribute)

    def _written_before(self, resource: ResourceTemplate) -> Mapping[str, Any]:
        before = None if self._before is None else self._before.template.resources.get(resource.logical_id)
        return {} if before is None else before.properties

    def _turned_parameters(self) -> set[str]:
        """The parameters that have another value than in the stack."""
        if self._before is None:
            return set()
        before, now = self._before.template, self._template
        return {
            name
            for name, parameter in now.parameters.items()
            if name in before.parameters
            and parameter.written(now.given.get(name)) != before.parameters[name].written(before.given.get(name))
        }
