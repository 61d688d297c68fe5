"""EventBridge's own errors, in its own words."""

from collections.abc import Collection, Mapping

from bus.local.errors import AwsError


def validation(message: str) -> AwsError:
    return AwsError("ValidationException", message)


def not_found(message: str) -> AwsError:
    return AwsError("ResourceNotFoundException", message)


def already_exists(message: str) -> AwsError:
    return AwsError("ResourceAlreadyExistsException", message)


def unsupported(what: str) -> AwsError:
    """Something that EventBridge does and this plane does not."""
    return AwsError("UnsupportedOperation", f"the local event plane does not support {what}", status=501)


def only(where: str, given: Mapping[str, object], known: Collection[str]) -> None:
    """Raises for a parameter outside `known`: nothing that is given may be ignored."""
    for name in given:
        if name not in known:
            raise unsupported(f"{name} in {where}")
