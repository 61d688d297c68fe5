"""What goes wrong in a pipe."""

from bus.local.errors import AwsError, PlaneError


class PipeFailedError(PlaneError):
    """A customer error of AWS's: the enrichment or target failed, so the batch is retried."""


def not_found(name: str) -> AwsError:
    return AwsError("NotFoundException", f"Pipe {name} does not exist.", status=404)
