"""What a request asks of whom, in which protocol: made out before anything of its body is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bus.local.wire import s3_operations
from bus.local.wire.messages import Request
from bus.local.wire.models import operations_of, service_model, speaks
from bus.local.wire.paths import paths_of
from bus.local.wire.protocols.query import form_of
from bus.local.wire.services import TARGETS, bucket_in, by_version, candidates, scope_service
from bus.local.wire.shapes.forms import action_of
from bus.local.wire.shapes.malformed import MalformedError

Protocol = Literal["json", "aws-cbor", "rpc-cbor", "query", "rest-json", "rest-xml"]
_AWS_CBOR = "application/x-amz-cbor-1.1"
_FORM = "application/x-www-form-urlencoded"
_REST = ("rest-json", "rest-xml")


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request goes: `operation` is "" when the service has no such one, and `asked` is what was asked for.

    `service` is "" when the request is meant for none that there is. `labels` are those of the path.
    """

    service: str
    protocol: Protocol
    operation: str
    asked: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


class Router:
    """Makes out requests; what was once made out of a target is kept."""

    def __init__(self) -> None:
        self._targets: dict[tuple[str, bool], Route] = {}

    def route(self, request: Request) -> Route:
        """Where it goes. Never raises."""
        target = request.headers.get("x-amz-target")
        if target is not None:
            return self._target(target, request)
        if request.path.startswith("/service/") and "smithy-protocol" in request.headers:
            return _smithy(request)
        return _other(request)

    def _target(self, target: str, request: Request) -> Route:
        cbor = request.headers.get("content-type", "").startswith(_AWS_CBOR)
        found = self._targets.get((target, cbor))
        if found is None:
            found = _targeted(target, request, "aws-cbor" if cbor else "json")
            if found.operation:  # of which there are only so many
                self._targets[target, cbor] = found
        return found


def _targeted(target: str, request: Request, protocol: Protocol) -> Route:
    prefix, _, operation = target.rpartition(".")
    service = TARGETS.get(prefix) or _of_target(prefix, request)
    return Route(service, protocol, operation if service and operation in operations_of(service) else "", operation)


def _of_target(prefix: str, request: Request) -> str:
    """A service of the signature's, if the target's first part is its own."""
    for service in candidates(request):
        if service_model(service).metadata.get("targetPrefix") == prefix:
            return service
    return ""


def _smithy(request: Request) -> Route:
    """Smithy, "Smithy RPC v2 CBOR protocol": /service/{service}/operation/{operation}, and a prefix that may be."""
    _, _, prefix, _, operation, *_ = (*request.path.split("/"), "", "", "", "")
    service = TARGETS.get(prefix) or _of_target(prefix, request)
    known = bool(service) and operation in operations_of(service)
    return Route(service, "rpc-cbor", operation if known else "", operation)


def _other(request: Request) -> Route:
    """A form, or REST: of the services that may be meant the first that has the operation; else the first."""
    signed = candidates(request)
    form = _form(request) if not signed or any(speaks(service, "query") for service in signed) else ""
    action = action_of(form)
    meant = signed or by_version(form) or _by_path(request.path)
    for service in meant:
        if action and speaks(service, "query") and action in operations_of(service):
            return Route(service, "query", action, action)
        if service == "s3":
            return _s3(request)
        if speaks(service, *_REST):
            found = paths_of(service).find(request.method, request.path, request.query)
            if found is not None:
                operation, labels = found
                return Route(service, _rest(service), operation, operation, labels)
    if meant:
        return _unknown(meant[0], action)
    if action or scope_service(request) is not None:
        return Route("", "query" if action else "rest-json", "", action)
    return _s3(request)


def _s3(request: Request) -> Route:
    operation, labels = s3_operations.find(request, bucket_in(request.headers.get("host", ""))) or ("", {})
    return Route("s3", "rest-xml", operation, operation, labels)


def _unknown(service: str, action: str) -> Route:
    if speaks(service, *_REST):
        return Route(service, _rest(service), "")
    return Route(service, "query" if speaks(service, "query") else "json", "", action)


def _rest(service: str) -> Protocol:
    return "rest-xml" if speaks(service, "rest-xml") else "rest-json"


def _form(request: Request) -> str:
    if request.method == "POST" and not request.headers.get("content-type", _FORM).startswith(_FORM):
        return ""
    try:
        return form_of(request)
    except MalformedError:
        return ""


def _by_path(path: str) -> tuple[str, ...]:
    """The service of an unsigned request whose path starts with a version (`requestUri` of the models)."""
    first = path.split("/", 2)[1] if "/" in path else ""
    return ("lambda",) if _DATE.fullmatch(first) else _VERSIONED.get(first, ())


_DATE = re.compile(r"20\d\d-\d\d-\d\d")
_VERSIONED = {"v1": ("pipes",), "v2": ("sesv2", "apigatewayv2")}
