"""What a caller has to acknowledge before a template is deployed (API reference, CreateStack, Capabilities)."""

from collections.abc import Collection, Iterator

from bus.local.cloudformation.errors import lacking
from bus.topology import Template

AUTO_EXPAND, IAM, NAMED_IAM = "CAPABILITY_AUTO_EXPAND", "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"

# By type, the property that gives a resource a name of its own; "" where none does.
_IAM_TYPES = {
    "AWS::IAM::AccessKey": "",
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Policy": "",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::IAM::UserToGroupAddition": "",
}


def needed(template: Template) -> list[str]:
    """The capability for the template's IAM resources: none, or one."""
    found = [one for one in template.resources.values() if one.type in _IAM_TYPES]
    if any(_IAM_TYPES[one.type] in one.properties for one in found):
        return [NAMED_IAM]
    return [IAM] if found else []


def needing(template: Template) -> list[str]:
    """The types that are why, each once."""
    return list(dict.fromkeys(one.type for one in template.resources.values() if one.type in _IAM_TYPES))


def missing(template: Template, given: Collection[str]) -> list[str]:
    """What the IAM resources need and was not acknowledged; either of the two will do where nothing has a name."""
    return [one for one in needed(template) if one not in given and NAMED_IAM not in given]


def check(template: Template, given: Collection[str]) -> None:
    """Raises AwsError, an InsufficientCapabilitiesException, for a deployment without a change set."""
    absent = [*_unexpanded(template, given), *missing(template, given)]
    if absent:
        raise lacking(absent)


def _unexpanded(template: Template, given: Collection[str]) -> Iterator[str]:
    if template.transformed and AUTO_EXPAND not in given:
        yield AUTO_EXPAND
