"""Stacks, events and resources as the API shows them (API reference, Stack, StackEvent, StackResource…)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bus.local.cloudformation.errors import validation
from bus.local.errors import AwsError
from bus.local.operations import Params, Response
from bus.local.pages import page
from bus.local.stacks import ResourceState, Stack, StackEvent, StackRecord
from bus.topology import Template
from bus.topology.parameters import FromSsm, Parameter

PAGE = 100
_UNWATCHED = {"StackDriftStatus": "NOT_CHECKED"}
_NO_ECHO = "****"


def moment(instant: float) -> datetime:
    return datetime.fromtimestamp(instant, UTC)


def paged(member: str, items: list[Any], params: Params, most: int = PAGE) -> Response:
    """A page of `items`. Raises AwsError for a token that is none."""
    try:
        return page(member, items, params, most=most)
    except AwsError as error:
        raise validation("NextToken is invalid") from error


def stack(record: StackRecord, deployed: Stack | None, from_ssm: FromSsm) -> Response:
    """As DescribeStacks shows it; `deployed` is what there is of it, for its outputs."""
    options, template = record.options, record.template
    shown: Response = {
        **_times(record),
        "StackId": record.id,
        "StackName": record.name,
        "RollbackConfiguration": {},
        "StackStatus": record.status,
        "DisableRollback": bool(options.get("DisableRollback", False)),
        "NotificationARNs": [],
        "Capabilities": list(options.get("Capabilities", ())),
        "Tags": list(options.get("Tags", ())),
        "EnableTerminationProtection": record.protected,
        "DriftInformation": dict(_UNWATCHED),
    }
    shown |= {name: options[name] for name in ("ChangeSetId", "RoleARN", "TimeoutInMinutes") if name in options}
    if record.reason:
        shown["StackStatusReason"] = record.reason
    if template is not None:
        shown |= _description(template)
        shown["Parameters"] = parameters(template, from_ssm)
    if deployed is not None:
        shown["Outputs"] = _outputs(deployed)
    return shown


def summary(record: StackRecord) -> Response:
    """As ListStacks shows it."""
    shown: Response = {
        **_times(record),
        "StackId": record.id,
        "StackName": record.name,
        "StackStatus": record.status,
        "DriftInformation": dict(_UNWATCHED),
    }
    if record.reason:
        shown["StackStatusReason"] = record.reason
    if record.template is not None and (described := _description(record.template)):
        shown["TemplateDescription"] = described["Description"]
    return shown


def _times(record: StackRecord) -> Response:
    times = {"CreationTime": record.created, "LastUpdatedTime": record.updated, "DeletionTime": record.deleted}
    return {name: moment(instant) for name, instant in times.items() if instant is not None}


def _description(template: Template) -> dict[str, str]:
    described = template.document.content.get("Description")
    return {} if described is None else {"Description": str(described)}


def parameters(template: Template, from_ssm: FromSsm) -> list[Response]:
    """The values that a template's parameters have; what NoEcho hides is asterisks."""
    return [_parameter(one, template.given.get(name), from_ssm) for name, one in template.parameters.items()]


def _parameter(parameter: Parameter, given: str | None, from_ssm: FromSsm) -> Response:
    value = str(parameter.written(given))
    hidden = parameter.definition.get("NoEcho") in (True, "true")
    shown = {"ParameterKey": parameter.name, "ParameterValue": _NO_ECHO if hidden else value}
    stored = from_ssm(value) if parameter.in_ssm else None
    return shown if stored is None else {**shown, "ResolvedValue": _NO_ECHO if hidden else stored}


def _outputs(deployed: Stack) -> list[Response]:
    written: Mapping[str, Any] = deployed.template.processed.get("Outputs", {})
    described = {name: {"Description": one["Description"]} for name, one in written.items() if "Description" in one}
    return [
        {"OutputKey": name, "OutputValue": value, **described.get(name, {})} for name, value in deployed.outputs.items()
    ]


def event(record: StackRecord, told: StackEvent) -> Response:
    """As DescribeStackEvents shows it."""
    shown: Response = {
        "StackId": record.id,
        "EventId": told.id,
        "StackName": record.name,
        "LogicalResourceId": told.logical_id,
        "PhysicalResourceId": told.physical_id,
        "ResourceType": told.type,
        "Timestamp": moment(told.time),
        "ResourceStatus": told.status,
    }
    more = {
        "ResourceStatusReason": told.reason,
        "ResourceProperties": told.properties,
        "ClientRequestToken": told.token,
    }
    return shown | {name: value for name, value in more.items() if value}


def resource(state: ResourceState, *, since: str = "Timestamp") -> Response:
    """What the shapes of a resource have in common; `since` is what each calls the time."""
    shown: Response = {
        "LogicalResourceId": state.logical_id,
        "ResourceType": state.type,
        since: moment(state.time),
        "ResourceStatus": state.status,
        "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"},
    }
    more = {"PhysicalResourceId": state.physical_id, "ResourceStatusReason": state.reason}
    return shown | {name: value for name, value in more.items() if value}
