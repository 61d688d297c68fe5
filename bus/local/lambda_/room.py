"""The Lambda room: functions, invoked in process."""

import json
from typing import Any, ClassVar

from bus.local.lambda_.asynchronous import AsynchronousInvocations
from bus.local.lambda_.errors import invalid, invalid_content, not_found, too_large
from bus.local.lambda_.functions import LATEST, DeployedFunction, Functions
from bus.local.lambda_.mapping import EventSourceMapping
from bus.local.lambda_.resources import LambdaResources
from bus.local.operations import Params, Response, only, operation
from bus.local.pages import page
from bus.local.plane import Plane

SYNCHRONOUS_LIMIT = 6 * 1024 * 1024
ASYNCHRONOUS_LIMIT = 1024 * 1024
_INVOKE = frozenset({"FunctionName", "InvocationType", "Payload", "Qualifier"})
_ONE = frozenset({"FunctionName", "Qualifier"})


class LambdaRoom(LambdaResources):
    """AWS Lambda, with each handler run in a sandbox of this process."""

    service: ClassVar[str] = "lambda"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self.functions = Functions(plane)
        self.mappings: dict[str, EventSourceMapping] = {}
        self._asynchronous = AsynchronousInvocations(plane)

    def logs(self, name: str) -> list[str]:
        """What a function printed and logged, line by line. Raises AwsError for a function that is not there."""
        return self.functions.get(name).function.log.lines()

    @operation("Invoke")
    def invoke(self, params: Params) -> Response:
        only("lambda:Invoke", params, _INVOKE)
        deployed = self.functions.get(params["FunctionName"], params.get("Qualifier", LATEST))
        payload = _payload(params)
        match params.get("InvocationType", "RequestResponse"):
            case "RequestResponse":
                return self._synchronous(deployed, payload)
            case "Event":
                return self._event(deployed, payload)
            case "DryRun":
                return {"StatusCode": 204, "Payload": b""}
            case other:
                raise invalid(f"InvocationType must be RequestResponse, Event or DryRun, not {other}")

    def _synchronous(self, deployed: DeployedFunction, payload: bytes) -> Response:
        _check(payload, SYNCHRONOUS_LIMIT)
        answer = deployed.invoke(payload)
        self._plane.ledger.record("lambda", "Invoke", deployed.arn, outcome="failed" if answer.failed else "ok")
        error = {"FunctionError": "Unhandled"} if answer.failed else {}
        return {"StatusCode": 200, "ExecutedVersion": LATEST, "Payload": answer.payload, **error}

    def _event(self, deployed: DeployedFunction, payload: bytes) -> Response:
        _check(payload, ASYNCHRONOUS_LIMIT)
        self._asynchronous.queue(deployed, payload, self._plane.chance.uuid())
        return {"StatusCode": 202, "Payload": b""}

    @operation("GetFunction")
    def get_function(self, params: Params) -> Response:
        only("lambda:GetFunction", params, _ONE)
        deployed = self.functions.get(params["FunctionName"], params.get("Qualifier", LATEST))
        tags = {tag["Key"]: tag["Value"] for tag in deployed.properties.get("Tags", ())}
        return {"Configuration": deployed.configuration(), "Code": {}, **({"Tags": tags} if tags else {})}

    @operation("GetFunctionConfiguration")
    def get_function_configuration(self, params: Params) -> Response:
        only("lambda:GetFunctionConfiguration", params, _ONE)
        return self.functions.get(params["FunctionName"], params.get("Qualifier", LATEST)).configuration()

    @operation("ListFunctions")
    def list_functions(self, params: Params) -> Response:
        only("lambda:ListFunctions", params, frozenset({"Marker", "MaxItems"}))
        return _page("Functions", [deployed.configuration() for deployed in self.functions.all()], params)

    @operation("ListEventSourceMappings")
    def list_event_source_mappings(self, params: Params) -> Response:
        only(
            "lambda:ListEventSourceMappings",
            params,
            frozenset({"EventSourceArn", "FunctionName", "Marker", "MaxItems"}),
        )
        source = params.get("EventSourceArn")
        function = self.functions.get(params["FunctionName"]).arn if params.get("FunctionName") else None
        found = [
            mapping.description()
            for mapping in self.mappings.values()
            if source in {None, mapping.source_arn} and function in {None, mapping.function_arn}
        ]
        return _page("EventSourceMappings", found, params)

    @operation("GetEventSourceMapping")
    def get_event_source_mapping(self, params: Params) -> Response:
        mapping = self.mappings.get(params["UUID"])
        if mapping is None:
            raise not_found("The resource you requested does not exist.")
        return mapping.description()


def _payload(params: Params) -> bytes:
    """The JSON of the event; nothing given is an empty object to the handler."""
    payload: Any = params.get("Payload") or b"{}"
    if hasattr(payload, "read"):
        payload = payload.read()
    return payload.encode() if isinstance(payload, str) else bytes(payload)


def _check(payload: bytes, limit: int) -> None:
    if len(payload) > limit:
        raise too_large(len(payload), limit)
    try:
        json.loads(payload)
    except ValueError as error:
        raise invalid_content(error) from error


def _page(member: str, items: list[dict[str, Any]], params: Params) -> Response:
    return page(member, items, params, most=50, size="MaxItems", start="Marker", following="NextMarker")
