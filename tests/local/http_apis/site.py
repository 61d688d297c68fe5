"""An HTTP API in front of a function that answers what a test says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from bus.local.http_api import HttpApiRoom
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane
from bus.local.resources import Deployed, Made, Resource, removes, resource, updates
from bus.local.stacks import Stacks

JWT = """
      Auth:
        DefaultAuthorizer: Jwt
        Authorizers:
          Jwt:
            IdentitySource: $request.header.Authorization
            JwtConfiguration: {issuer: "https://issuer.example", audience: [orders]}
"""


def template(*, api: str = "", routes: str = "") -> str:
    """A template; `api` is more of the API's properties, `routes` are further events of the function."""
    open_ = ", Auth: {Authorizer: NONE}" if "DefaultAuthorizer" in api else ""
    properties = f"\n{api}" if api.strip() else " {}"
    return f"""
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:{properties}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      CodeUri: .
      Handler: orders.handlers.api
      Role: arn:aws:iam::123456789012:role/api
      Events:
        Any: {{Type: HttpApi, Properties: {{ApiId: !Ref Api, Method: ANY, Path: "/any/{{proxy+}}"}}}}
        Open: {{Type: HttpApi, Properties: {{ApiId: !Ref Api, Method: GET, Path: /open{open_}}}}}
        Place: {{Type: HttpApi, Properties: {{ApiId: !Ref Api, Method: POST, Path: /orders}}}}
        One: {{Type: HttpApi, Properties: {{ApiId: !Ref Api, Method: GET, Path: "/orders/{{id}}"}}}}
{routes}"""


class LambdaRoom:
    """A Lambda of which every function does what `does` says, and which keeps what it was asked."""

    service = "lambda"

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self.events: list[dict[str, Any]] = []
        self.does: Callable[[dict[str, Any]], Any] | None = None

    @operation("Invoke")
    def invoke(self, params: Params) -> Response:
        event = orjson.loads(params["Payload"])
        self.events.append(event)
        result = {"statusCode": 200, "body": "fine"} if self.does is None else self.does(event)
        return {"StatusCode": 200, "Payload": orjson.dumps(result)}

    @resource("AWS::Lambda::Function", acts_on={"Code", "Handler", "Role", "Runtime", "Tags"})
    def make_function(self, wanted: Resource) -> Deployed:
        return Deployed(wanted.name, {"Arn": self.plane.arn("lambda", f"function:{wanted.name}")})

    @updates("AWS::Lambda::Function")
    def update_function(self, wanted: Resource, made: Made) -> Deployed:  # noqa: ARG002 - nothing of it matters here
        return made.deployed

    @resource("AWS::Lambda::Permission", acts_on={"Action", "FunctionName", "Principal", "SourceArn"})
    def make_permission(self, wanted: Resource) -> Deployed:
        return Deployed(wanted.name)

    @removes("AWS::Lambda::Permission")
    def remove_permission(self, made: Made) -> None:
        """Nothing of it is kept."""


class Site:
    """One API."""

    def __init__(self, plane: Plane, path: Path) -> None:
        self.plane, self._path = plane, path
        self._stacks = Stacks(plane)
        self.room: HttpApiRoom = plane.rooms["apigatewayv2"]
        self.functions: LambdaRoom = plane.rooms["lambda"]

    def deploy(self, text: str) -> "Site":
        """Create or update the stack."""
        self._path.write_text(text)
        self.id = self._stacks.deploy(self._path, "orders").resources["Api"].ref
        return self

    def request(self, method: str, path: str, **kwargs: Any) -> Any:
        return self.room.request(self.id, method, path, **kwargs)

    def statuses(self, count: int, method: str = "GET", path: str = "/open") -> list[int]:
        """Of so many requests at one instant."""
        return [self.request(method, path).status for _ in range(count)]
