"""EventBridge's JSONPath, refused in the words of the service."""

from bus.local.errors import AwsError
from bus.transformation import jsonpath
from bus.transformation.jsonpath import InvalidPathError, Step


def parse_path(path: str) -> tuple[Step, ...]:
    """The steps of "$.detail.lines[0].product". Raises AwsError for syntax outside EventBridge's."""
    try:
        return jsonpath.parse_path(path)
    except InvalidPathError as error:
        raise AwsError("ValidationException", str(error)) from error
