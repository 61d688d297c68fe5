"""CreateConnection, UpdateConnection, DeauthorizeConnection, DeleteConnection, DescribeConnection, ListConnections."""

import json
from copy import deepcopy
from typing import Any

from bus.local.errors import AwsError
from bus.local.events.connections import Connection, check_parameters
from bus.local.events.errors import already_exists, not_found
from bus.local.events.failures import DeliveryError, Failure
from bus.local.events.ground import Ground
from bus.local.events.oauth import Token, TokenRefusedError, fetch_token
from bus.local.events.parameters import accept
from bus.local.operations import Params, Response, operation
from bus.local.outside import Outside
from bus.local.pages import page
from bus.local.plane import Plane

# Private APIs are reached through VPC Lattice, which the plane has nothing of.
_PRIVATE = ("InvocationConnectivityParameters",)


class ConnectionOperations(Ground):
    """What is done to connections. The credentials are kept in Secrets Manager too, as AWS keeps them."""

    def __init__(self, plane: Plane) -> None:
        super().__init__(plane)
        self.connections: dict[str, Connection] = {}

    @operation("CreateConnection")
    def create_connection(self, params: Params) -> Response:
        accept("CreateConnection", params, not_done=_PRIVATE)
        name = params["Name"]
        if name in self.connections:
            raise already_exists(f"Connection {name} already exists.")
        check_parameters(params["AuthorizationType"], params["AuthParameters"])
        now, id_ = self._plane.clock.now(), self._plane.chance.uuid()
        connection = Connection(
            name=name,
            arn=self._plane.arn("events", f"connection/{name}/{id_}"),
            authorization=params["AuthorizationType"],
            parameters=deepcopy(params["AuthParameters"]),
            secret_arn=self._secret(f"events!connection/{name}/{id_}", params["AuthParameters"]),
            created=now,
            modified=now,
            description=params.get("Description"),
            key=params.get("KmsKeyIdentifier"),
        )
        self.connections[name] = connection
        self._authorize(connection)
        return connection.answered()

    @operation("UpdateConnection")
    def update_connection(self, params: Params) -> Response:
        """What is left out stays as it is."""
        accept("UpdateConnection", params, not_done=_PRIVATE)
        connection = self._connection(params["Name"])
        self._reauthorize(connection, params)
        connection.description = params.get("Description", connection.description)
        connection.key = params.get("KmsKeyIdentifier", connection.key)
        connection.modified = self._plane.clock.now()
        return connection.answered()

    def _reauthorize(self, connection: Connection, params: Params) -> None:
        authorization = params.get("AuthorizationType") or connection.authorization
        kept = connection.parameters if authorization == connection.authorization else {}
        parameters = deepcopy({**kept, **(params.get("AuthParameters") or {})})
        if (authorization, parameters) != (connection.authorization, connection.parameters):
            check_parameters(authorization, parameters)
            connection.authorization, connection.parameters, connection.token = authorization, parameters, None
            self._plane.call(
                "secretsmanager",
                "PutSecretValue",
                SecretId=connection.secret_arn,
                SecretString=json.dumps(parameters),
            )
            self._authorize(connection)

    @operation("DeauthorizeConnection")
    def deauthorize_connection(self, params: Params) -> Response:
        """All authorization parameters are removed; the connection stays, and can be given new ones."""
        accept("DeauthorizeConnection", params)
        connection = self._connection(params["Name"])
        connection.parameters, connection.token = {}, None
        connection.state, connection.modified = "DEAUTHORIZED", self._plane.clock.now()
        return {**connection.answered(), "ConnectionState": "DEAUTHORIZING"}

    @operation("DeleteConnection")
    def delete_connection(self, params: Params) -> Response:
        accept("DeleteConnection", params)
        connection = self._connection(params["Name"])
        self.drop_connection(connection.name)
        return {**connection.answered(), "ConnectionState": "DELETING"}

    def drop_connection(self, name: str) -> None:
        """Take a connection away, and its secret."""
        connection = self.connections.pop(name)
        self._plane.call(
            "secretsmanager", "DeleteSecret", SecretId=connection.secret_arn, ForceDeleteWithoutRecovery=True
        )

    @operation("DescribeConnection")
    def describe_connection(self, params: Params) -> Response:
        accept("DescribeConnection", params)
        return self._connection(params["Name"]).described()

    @operation("ListConnections")
    def list_connections(self, params: Params) -> Response:
        accept("ListConnections", params)
        prefix, state = params.get("NamePrefix") or "", params.get("ConnectionState")
        found = [
            connection.summary()
            for name, connection in sorted(self.connections.items())
            if name.startswith(prefix) and state in (None, connection.state)
        ]
        return page("Connections", found, params)

    def _connection(self, name: str) -> Connection:
        if name not in self.connections:
            raise not_found(f"Failed to describe the connection(s). Connection '{name}' does not exist.")
        return self.connections[name]

    def connection_of(self, arn: str) -> Connection | None:
        """The connection with this ARN."""
        return next((each for each in self.connections.values() if each.arn == arn), None)

    def token(self, connection: Connection, *, anew: bool = False) -> Token:
        """A token that lasts. Raises AwsError when the authorization endpoint gives none."""
        now = self._plane.clock.time()
        if anew or connection.token is None or not connection.token.lasts(now):
            try:
                connection.token = fetch_token(self._outside, connection.parameters["OAuthParameters"], now)
            except TokenRefusedError as error:
                raise DeliveryError(Failure("CONNECTION_FAILURE", str(error), retryable=True)) from error
            connection.authorized = self._plane.clock.now()
        return connection.token

    def _authorize(self, connection: Connection) -> None:
        """An OAuth connection is AUTHORIZING until its endpoint has given a token, which is after the answer."""
        connection.reason = None
        if connection.authorization != "OAUTH_CLIENT_CREDENTIALS":
            connection.state, connection.authorized = "AUTHORIZED", self._plane.clock.now()
            return
        connection.state = "AUTHORIZING"
        self._plane.engine.soon(lambda: self._ask_for_token(connection))

    def _ask_for_token(self, connection: Connection) -> None:
        try:
            self.token(connection, anew=True)
        except AwsError as error:
            connection.state, connection.reason = "DEAUTHORIZED", f"Failed to authorize: {error.message}"
        else:
            connection.state = "AUTHORIZED"

    def _secret(self, name: str, parameters: Any) -> str:
        answer = self._plane.call("secretsmanager", "CreateSecret", Name=name, SecretString=json.dumps(parameters))
        return str(answer["ARN"])

    @property
    def _outside(self) -> Outside:
        return Outside.of(self._plane)
