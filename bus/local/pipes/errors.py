"""What goes wrong in a pipe."""

from collections.abc import Mapping
from typing import Any

from bus.local.errors import AwsError, PlaneError


class PipeFailedError(PlaneError):
    """A customer error of AWS's: the enrichment or target failed, so the batch is retried."""


def not_found(name: str) -> AwsError:
    return AwsError("NotFoundException", f"Pipe {name} does not exist.", status=404)


def only(operation: str, params: Mapping[str, Any], done: frozenset[str]) -> None:
    """Raises AwsError for a parameter that the plane does not do."""
    for name in params:
        if name not in done:
            message = f"the local event plane does not do the parameter {name} of pipes:{operation} yet"
            raise AwsError("UnsupportedOperation", message, status=501)
