"""API Gateway: its actions are the verbs of its HTTP API, its resources the paths (API Gateway developer guide,
"Actions and resources for Amazon API Gateway").
"""

from functools import cache
from typing import Any
from urllib.parse import quote

from botocore.session import Session

from bus.local.access.needs.need import Call, Need


@cache
def _model(service: str) -> Any:
    return Session().get_service_model(service)


class ApiGatewayRules:
    """The rules of one of API Gateway's APIs, from botocore's description of it."""

    prefix = "apigateway"

    def __init__(self, service: str, version: str) -> None:
        """`version` is what all paths of the API begin with, which is no part of a resource."""
        self._service, self._version = service, version

    def needs(self, call: Call) -> list[Need]:
        """One verb on one path."""
        http = _model(self._service).operation_model(call.operation).http
        path = self._path(call, str(http["requestUri"]))
        return [Need(f"apigateway:{http['method']}", f"arn:aws:apigateway:{call.directory.region}::{path}")]

    def _path(self, call: Call, uri: str) -> str:
        members = _model(self._service).operation_model(call.operation).input_shape.members
        for name, shape in members.items():
            place = shape.serialization.get("name", name)
            if shape.serialization.get("location") != "uri" or name not in call.params:
                continue
            given = str(call.params[name])
            uri = uri.replace(f"{{{place}}}", quote(given, safe="")).replace(f"{{{place}+}}", quote(given))
        return uri.removeprefix(self._version)


API_GATEWAY_V2 = ApiGatewayRules("apigatewayv2", "/v2")
