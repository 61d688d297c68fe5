"""REST with XML, of S3 and others that moto keeps: only what the endpoint itself has to say is written here.

S3's errors are `<Error>` with nothing around it (S3 API reference, "Error responses").
"""

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

from bus.local.errors import AwsError, OperationError, UnsupportedOperationError
from bus.local.wire.messages import Request, Response
from bus.local.wire.models import OperationModel, ServiceModel
from bus.local.wire.protocols import bindings
from bus.local.wire.shapes.malformed import MalformedError
from bus.local.wire.shapes.xml import text

# S3 API reference, list of error codes.
_MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"


class RestXml:
    """One service in REST with XML: none of the plane's rooms speaks it, so its parameters are asked for only to tell
    whether a caller may have what they name.
    """

    def __init__(self, service: ServiceModel) -> None:
        self._service = service

    def params(self, model: OperationModel, request: Request, labels: Mapping[str, str]) -> dict[str, Any]:
        """Those of the path, the query string and the headers; of the body, the objects that are to be deleted."""
        if model.input_shape is None:
            return {}
        try:
            params = bindings.read(model.input_shape, request, labels)
            if model.name == "DeleteObjects":
                params["Delete"] = {"Objects": [*_objects(request.body)]}
        except (MalformedError, ET.ParseError) as error:
            raise AwsError("MalformedXML", _MALFORMED) from error
        return params

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


def _objects(body: bytes) -> Iterator[dict[str, str]]:
    """The Key, and the VersionId if there is one, of each object of a Delete."""
    for element in ET.fromstring(body).iter():  # noqa: S314 - expat itself refuses entities that multiply
        if element.tag.rpartition("}")[2] == "Object":
            yield {part.tag.rpartition("}")[2]: part.text or "" for part in element}
