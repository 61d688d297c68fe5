"""REST with XML, of S3 and others that moto keeps: only what the endpoint itself has to say is written here.

S3's errors are `<Error>` with nothing around it (S3 API reference, "Error responses").
"""

from collections.abc import Mapping
from typing import Any

from bus.local.errors import AwsError, OperationError, UnsupportedOperationError
from bus.local.wire.messages import Request, Response
from bus.local.wire.models import OperationModel, ServiceModel
from bus.local.wire.shapes.xml import text


class RestXml:
    """One service in REST with XML: none of the plane's rooms speaks it."""

    def __init__(self, service: ServiceModel) -> None:
        self._service = service

    def params(self, model: OperationModel, _: Request, __: Mapping[str, str]) -> dict[str, Any]:
        """Raises UnsupportedOperationError."""
        raise UnsupportedOperationError(f"the parameters of {self._service.service_name}:{model.name}, in XML,")

    def answer(self, model: OperationModel, _: Mapping[str, Any], __: str) -> Response:
        """Raises UnsupportedOperationError."""
        raise UnsupportedOperationError(f"the response of {self._service.service_name}:{model.name}, in XML,")

    def refusal(self, error: OperationError, request_id: str) -> Response:
        """See Conversation."""
        body = (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{text(error.code)}</Code>'
            f"<Message>{text(error.message)}</Message><RequestId>{request_id}</RequestId></Error>"
        )
        headers = {"x-amz-request-id": request_id, "Content-Type": "application/xml"}
        return Response(error.status, headers, body.encode("utf-8", "xmlcharrefreplace"))

    def no_such_operation(self, _: str) -> OperationError:
        """S3 API reference, list of error codes."""
        return AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", status=405)
