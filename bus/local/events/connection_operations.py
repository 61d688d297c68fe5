"""CreateConnection, UpdateConnection, DeauthorizeConnection, DeleteConnection, DescribeConnection, ListConnections."""

import json
from copy import deepcopy
from functools import partial
from typing import Any

from bus.local.events.connections import Connection, check_parameters
from bus.local.events.errors import already_exists, not_found
from bus.local.events.failures import DeliveryError, Failure
from bus.local.events.ground import Ground
from bus.local.events.oauth import Token, TokenRefusedError, fetch_token
from bus.local.events.parameters import accept
from bus.local.later import Later
from bus.local.operations import Params, Response, operation
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
            connection.authorize_by(authorization, parameters)
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
        connection.authorize_by(connection.authorization, {})
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

    def token(self, connection: Connection, *, anew: bool = False) -> Token | Later[Token]:
        """A token that lasts; several who ask while one is fetched get that one.

        Raises DeliveryError when the authorization endpoint gives none, or what is later does.
        """
        if not anew and connection.token is not None and connection.token.lasts(self._plane.clock.time()):
            return connection.token
        if connection.asking is not None:
            connection.asking.append(Later())
            return connection.asking[-1]
        try:
            fetched = fetch_token(self._plane, connection.parameters["OAuthParameters"])
        except TokenRefusedError as error:
            raise _unauthorized(error) from error
        if isinstance(fetched, Later):
            connection.asking = asking = [Later[Token]()]
            fetched.then(partial(self._fetched, connection, asking))
            return asking[0]
        self._keep_token(connection, fetched)
        return fetched

    def _fetched(self, connection: Connection, asking: list[Later[Token]], fetched: Later[Token]) -> None:
        current = connection.asking is asking
        if current:
            connection.asking = None
        try:
            token = fetched.result()
        except TokenRefusedError as error:
            for each in asking:
                each.fail(_unauthorized(error))
            return
        if current:
            self._keep_token(connection, token)
        for each in asking:
            each.settle(token)

    def _keep_token(self, connection: Connection, token: Token) -> None:
        connection.token, connection.authorized = token, self._plane.clock.now()

    def _authorize(self, connection: Connection) -> None:
        """An OAuth connection is AUTHORIZING until its endpoint has given a token, which is after the answer."""
        connection.reason = None
        if connection.authorization != "OAUTH_CLIENT_CREDENTIALS":
            connection.state, connection.authorized = "AUTHORIZED", self._plane.clock.now()
            return
        connection.state = "AUTHORIZING"
        self._plane.engine.soon(lambda: self._ask_for_token(connection))

    def _ask_for_token(self, connection: Connection) -> None:
        parameters = connection.parameters
        if "OAuthParameters" not in parameters:  # deauthorized, or given others, since
            return
        try:
            asked = self.token(connection, anew=True)
        except DeliveryError as error:
            asked = Later.failed(error)
        token = asked if isinstance(asked, Later) else Later.of(asked)
        token.then(partial(self._asked_for_token, connection, parameters))

    def _asked_for_token(self, connection: Connection, parameters: dict[str, Any], token: Later[Token]) -> None:
        if connection.parameters is not parameters:
            return
        try:
            token.result()
        except DeliveryError as error:
            connection.state, connection.reason = "DEAUTHORIZED", f"Failed to authorize: {error.message}"
        else:
            connection.state = "AUTHORIZED"

    def _secret(self, name: str, parameters: Any) -> str:
        answer = self._plane.call("secretsmanager", "CreateSecret", Name=name, SecretString=json.dumps(parameters))
        return str(answer["ARN"])


def _unauthorized(error: TokenRefusedError) -> DeliveryError:
    return DeliveryError(Failure("CONNECTION_FAILURE", str(error), retryable=True))
