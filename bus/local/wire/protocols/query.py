"""The query protocol: a form with the operation in `Action`, answered in XML.

Smithy, "AWS query protocol". SQS spoke it before JSON, and still does: its older SDKs send a form to the queue's own
URL. AWS's common errors: MissingAction, InvalidAction, MalformedInput.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bus.local.errors import AwsError, OperationError
from bus.local.wire.messages import Request, Response
from bus.local.wire.models import OperationModel, ServiceModel
from bus.local.wire.protocols.conversation import shape_of
from bus.local.wire.protocols.json import FIRST_OF_SERVER
from bus.local.wire.shapes.forms import Decode, FormDecoders, tree
from bus.local.wire.shapes.malformed import MalformedError
from bus.local.wire.shapes.xml import XmlWriters, text

_QUEUE_URL = "QueueUrl"


def form_of(request: Request) -> str:
    """The form: the body of a POST, with what the URL has; or the URL's alone. Raises MalformedError."""
    try:
        body = request.body.decode() if request.method == "POST" else ""
    except UnicodeDecodeError as error:
        raise MalformedError("the form is no UTF-8") from error
    return f"{request.query}&{body}" if request.query and body else request.query or body


class Query:
    """One service in the query protocol."""

    def __init__(self, service: ServiceModel) -> None:
        self._service = service
        self._namespace = text(service.metadata.get("xmlNamespace", ""))
        self._decoders, self._writers = FormDecoders(), XmlWriters()
        self._readers: dict[str, Decode] = {}

    def params(self, model: OperationModel, request: Request, _: Mapping[str, str]) -> dict[str, Any]:
        """See Conversation."""
        if model.input_shape is None:
            return {}
        read = self._readers.get(model.name)
        if read is None:
            read = self._readers[model.name] = self._decoders.of(model.input_shape)
        try:
            params: dict[str, Any] = read(tree(form_of(request)))
        except (MalformedError, RecursionError) as error:
            raise AwsError("MalformedInput", str(error)) from error
        if _QUEUE_URL in model.input_shape.members and _QUEUE_URL not in params and request.path.count("/") > 1:
            host = request.headers.get("host", "localhost")
            params[_QUEUE_URL] = f"http://{host}{request.path}"
        return params

    def answer(self, model: OperationModel, response: Mapping[str, Any], request_id: str) -> Response:
        """See Conversation."""
        name = model.name
        out = [f'<?xml version="1.0"?><{name}Response xmlns="{self._namespace}">']
        if model.output_shape is not None:
            wrapper = model.output_shape.serialization.get("resultWrapper", f"{name}Result")
            out.append(f"<{wrapper}>")
            self._written(model.output_shape)(out, response)
            out.append(f"</{wrapper}>")
        out.append(f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{name}Response>")
        return self._response(200, out, request_id)

    def refusal(self, error: OperationError, request_id: str) -> Response:
        """See Conversation."""
        at_fault = "Sender" if error.status < FIRST_OF_SERVER else "Receiver"
        out = [
            f'<?xml version="1.0"?><ErrorResponse xmlns="{self._namespace}"><Error><Type>{at_fault}</Type>',
            f"<Code>{text(error.code)}</Code><Message>{text(error.message)}</Message>",
        ]
        shape = shape_of(self._service, error.code)
        if shape is not None:
            self._written(shape)(out, {name: one for name, one in error.members.items() if name != "Error"})
        out.append(f"</Error><RequestId>{request_id}</RequestId></ErrorResponse>")
        return self._response(error.status, out, request_id)

    def no_such_operation(self, name: str) -> OperationError:
        """See Conversation."""
        if not name:
            return AwsError("MissingAction", "The request must contain the parameter Action.")
        version = self._service.metadata.get("apiVersion", "")
        return AwsError("InvalidAction", f"Could not find operation {name} for version {version}")

    def _written(self, shape: Any) -> Callable[[list[str], Mapping[str, Any]], None]:
        return self._writers.members(shape)

    def _response(self, status: int, out: list[str], request_id: str) -> Response:
        headers = {"x-amzn-RequestId": request_id, "Content-Type": "text/xml"}
        return Response(status, headers, "".join(out).encode("utf-8", "xmlcharrefreplace"))
