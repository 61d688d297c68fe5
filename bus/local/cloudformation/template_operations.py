"""Templates, without deploying them."""

import json
from collections.abc import Mapping
from typing import Any

from bus.local.cloudformation import capabilities
from bus.local.cloudformation.bodies import body_of, read
from bus.local.cloudformation.checks import check
from bus.local.cloudformation.errors import no_stack, no_stack_to_change, validation
from bus.local.cloudformation.known import KnownStacks
from bus.local.operations import Params, Response, operation
from bus.topology import Template

_STAGES = ["Original", "Processed"]


class TemplateOperations(KnownStacks):
    """GetTemplate, GetTemplateSummary, ValidateTemplate."""

    @operation("GetTemplate")
    def get_template(self, params: Params) -> Response:
        """As it was sent, or as SAM's translator left it, which is what the API gives unless it is told otherwise."""
        check("GetTemplate", params, {"StackName", "ChangeSetName", "TemplateStage"})
        template = self._change_set(params).template if "ChangeSetName" in params else self._template_of(params)
        processed = template.transformed and params.get("TemplateStage", "Processed") == "Processed"
        body = json.dumps(template.processed) if processed else template.text
        return {"TemplateBody": body, "StagesAvailable": _STAGES}

    @operation("ValidateTemplate")
    def validate_template(self, params: Params) -> Response:
        check("ValidateTemplate", params, {"TemplateBody", "TemplateURL"})
        template = read(*body_of(self._plane, params))
        shown = [_validated(key, one.definition) for key, one in template.parameters.items()]
        return {"Parameters": shown, **_described(template), **_acknowledged(template)}

    @operation("GetTemplateSummary")
    def get_template_summary(self, params: Params) -> Response:
        check("GetTemplateSummary", params, {"TemplateBody", "TemplateURL", "StackName"})
        template = self._template_of(params) if "StackName" in params else read(*body_of(self._plane, params))
        content = template.document.content
        version = content.get("AWSTemplateFormatVersion")
        return {
            "Parameters": [_declared(key, one.definition) for key, one in template.parameters.items()],
            **_described(template),
            **_acknowledged(template),
            "ResourceTypes": list(dict.fromkeys(one["Type"] for one in content["Resources"].values())),
            **({} if version is None else {"Version": str(version)}),
            **({"Metadata": json.dumps(content["Metadata"])} if "Metadata" in content else {}),
        }

    def _template_of(self, params: Params) -> Template:
        if "StackName" not in params:
            raise validation("Stack name is required if no change set is specified.")
        record = self.stacks.records.known(params["StackName"])
        if record is None:
            raise no_stack(params["StackName"])
        if record.template is None:
            raise no_stack_to_change(params["StackName"])
        return record.template


def _described(template: Template) -> dict[str, str]:
    described = template.document.content.get("Description")
    return {} if described is None else {"Description": str(described)}


def _acknowledged(template: Template) -> Response:
    """The capabilities that deploying it takes, with the types that are why, and its transforms."""
    shown: Response = {}
    if types := capabilities.needing(template):
        shown["Capabilities"] = capabilities.needed(template)
        shown["CapabilitiesReason"] = f"The following resource(s) require capabilities: [{', '.join(types)}]"
    if template.transformed:
        written = template.document.content["Transform"]
        shown["DeclaredTransforms"] = [written] if isinstance(written, str) else list(written)
    return shown


def _validated(key: str, definition: Mapping[str, Any]) -> Response:
    shown: Response = {"ParameterKey": key, "NoEcho": definition.get("NoEcho") in (True, "true")}
    if "Default" in definition:
        shown["DefaultValue"] = _text(definition["Default"])
    return shown | ({"Description": definition["Description"]} if "Description" in definition else {})


def _declared(key: str, definition: Mapping[str, Any]) -> Response:
    allowed = [_text(value) for value in definition.get("AllowedValues", ())]
    constraints = {"AllowedValues": allowed} if allowed else {}
    return _validated(key, definition) | {"ParameterType": definition["Type"], "ParameterConstraints": constraints}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
