"""What CloudFormation answers when it refuses, in its own words."""

from collections.abc import Iterator
from contextlib import contextmanager

from bus.local.errors import AwsError, PlaneError, UnsupportedOperationError, UnsupportedResourceError
from bus.local.stacks import TypeChangedError
from bus.topology import NoResourcesError, NotWellFormedError, TopologyError, UnresolvedError
from bus.topology.order import CycleError


def validation(message: str) -> AwsError:
    return AwsError("ValidationError", message)


def no_stack(name: str) -> AwsError:
    """As reads answer; `aws cloudformation deploy` looks for this very sentence."""
    return validation(f"Stack with id {name} does not exist")


def no_stack_to_change(name: str) -> AwsError:
    """As changes answer, and DescribeStackEvents."""
    return validation(f"Stack [{name}] does not exist")


def no_change_set(name: str) -> AwsError:
    return AwsError("ChangeSetNotFound", f"ChangeSet [{name}] does not exist", status=404)


def not_updatable(stack_id: str, status: str) -> AwsError:
    return validation(f"Stack:{stack_id} is in {status} state and can not be updated.")


def lacking(capabilities: list[str]) -> AwsError:
    return AwsError("InsufficientCapabilitiesException", f"Requires capabilities : [{', '.join(capabilities)}]")


@contextmanager
def said_by_cloudformation() -> Iterator[None]:
    """What is wrong with a template becomes a ValidationError, and what the plane cannot do is named as such."""
    try:
        yield
    except TopologyError as error:
        raise validation(sentence_of(error)) from error
    except TypeChangedError as error:
        raise validation(
            "Update of resource type is not permitted. The new template modifies resource type of the following "
            f"resources: [{', '.join(error.logical_ids)}]"
        ) from error
    except UnsupportedResourceError as error:
        where = f"{error.resource}, {error.template}:{error.line}"
        raise UnsupportedOperationError(f"{error.what} ({where})") from error
    except AwsError:
        raise
    except UnsupportedOperationError:
        raise
    except PlaneError as error:
        raise validation(str(error)) from error


def sentence_of(error: TopologyError) -> str:
    """What CloudFormation says of a template; where it has no words of its own, ours with the line."""
    match error:
        case NotWellFormedError():
            return f"Template format error: YAML not well-formed. (line {error.line}, column {error.column})"
        case NoResourcesError():
            return "Template format error: At least one Resources member must be defined."
        case UnresolvedError():
            return _unresolved(error)
    if isinstance(error.__cause__, CycleError):
        return f"Circular dependency between resources: [{', '.join(error.__cause__.names[:-1])}]"
    return f"Template format error: {error}"


def _unresolved(error: UnresolvedError) -> str:
    if error.function == "Fn::GetAtt" and error.section == "Resources":
        return f"Template error: instance of Fn::GetAtt references undefined resource {error.name}"
    if error.section == "Conditions":
        return (
            f"Template format error: Unresolved dependencies [{error.name}]. "
            "Cannot reference resources in the Conditions block of the template"
        )
    return (
        f"Template format error: Unresolved resource dependencies [{error.name}] in the {error.section} block of the "
        "template"
    )
