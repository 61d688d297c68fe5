"""The sentences that CloudFormation gives for what failed."""

from collections.abc import Collection

from bus.local.resources import RefusedValuesError
from bus.local.stacks.errors import NotReplaceableError, ResourceTakenError


def reason_of(error: Exception) -> str:
    """Why a resource failed, in the service's own words where it is the service that refused."""
    match error:
        case RefusedValuesError():
            return " ".join(error.reason.split())
        case ResourceTakenError():
            return f"{error.made.ref} already exists in stack {error.stack}"
        case NotReplaceableError():
            return (
                "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
                f"Rename {error.name} and update the stack again."
            )
    return str(error)


def failed_to(verb: str, logical_ids: Collection[str]) -> str:
    """Which resources failed to "create", "update" or "delete", with a blank at the end; nothing where none did."""
    return f"The following resource(s) failed to {verb}: [{', '.join(logical_ids)}]. " if logical_ids else ""
