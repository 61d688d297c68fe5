"""CreateApiDestination, UpdateApiDestination, DeleteApiDestination, DescribeApiDestination, ListApiDestinations."""

from bus.local.events.api_destinations import ApiDestination
from bus.local.events.connection_operations import ConnectionOperations
from bus.local.events.errors import already_exists, not_found, validation
from bus.local.events.parameters import accept
from bus.local.operations import Params, Response, operation
from bus.local.pages import page
from bus.local.plane import Plane


class ApiDestinationOperations(ConnectionOperations):
    """What is done to API destinations."""

    def __init__(self, plane: Plane) -> None:
        super().__init__(plane)
        self.api_destinations: dict[str, ApiDestination] = {}

    @operation("CreateApiDestination")
    def create_api_destination(self, params: Params) -> Response:
        accept("CreateApiDestination", params)
        name = params["Name"]
        if name in self.api_destinations:
            raise already_exists(f"An api-destination '{name}' already exists.")
        self._check(params)
        now, id_ = self._plane.clock.now(), self._plane.chance.uuid()
        destination = ApiDestination(
            name=name,
            arn=self._plane.arn("events", f"api-destination/{name}/{id_}"),
            connection_arn=params["ConnectionArn"],
            endpoint=params["InvocationEndpoint"],
            method=params["HttpMethod"],
            created=now,
            modified=now,
            usable=self._usable,
            description=params.get("Description"),
        )
        _set_rate(destination, params)
        self.api_destinations[name] = destination
        return destination.answered()

    @operation("UpdateApiDestination")
    def update_api_destination(self, params: Params) -> Response:
        """What is left out stays as it is."""
        accept("UpdateApiDestination", params)
        destination = self._api_destination(params["Name"])
        self._check(params)
        destination.description = params.get("Description", destination.description)
        destination.connection_arn = params.get("ConnectionArn", destination.connection_arn)
        destination.endpoint = params.get("InvocationEndpoint", destination.endpoint)
        destination.method = params.get("HttpMethod", destination.method)
        _set_rate(destination, params)
        destination.modified = self._plane.clock.now()
        return destination.answered()

    @operation("DeleteApiDestination")
    def delete_api_destination(self, params: Params) -> Response:
        accept("DeleteApiDestination", params)
        del self.api_destinations[self._api_destination(params["Name"]).name]
        return {}

    @operation("DescribeApiDestination")
    def describe_api_destination(self, params: Params) -> Response:
        accept("DescribeApiDestination", params)
        return self._api_destination(params["Name"]).described()

    @operation("ListApiDestinations")
    def list_api_destinations(self, params: Params) -> Response:
        accept("ListApiDestinations", params)
        prefix, connection = params.get("NamePrefix") or "", params.get("ConnectionArn")
        found = [
            destination.summary()
            for name, destination in sorted(self.api_destinations.items())
            if name.startswith(prefix) and connection in (None, destination.connection_arn)
        ]
        return page("ApiDestinations", found, params)

    def api_destination_of(self, arn: str) -> ApiDestination | None:
        """The API destination with this ARN."""
        return next((each for each in self.api_destinations.values() if each.arn == arn), None)

    def _api_destination(self, name: str) -> ApiDestination:
        if name not in self.api_destinations:
            raise not_found(f"Failed to describe the api-destination(s). An api-destination '{name}' does not exist.")
        return self.api_destinations[name]

    def _usable(self, connection_arn: str) -> bool:
        connection = self.connection_of(connection_arn)
        return connection is not None and connection.usable

    def _check(self, params: Params) -> None:
        """User guide, "Creating an API destination": "The URL must use HTTPS"."""
        connection, endpoint = params.get("ConnectionArn"), params.get("InvocationEndpoint")
        if connection is not None and self.connection_of(connection) is None:
            raise not_found(f"Connection '{connection}' does not exist.")
        if endpoint is not None and not endpoint.startswith("https://"):
            raise validation("Parameter InvocationEndpoint is not valid. Reason: The URL must use HTTPS.")


def _set_rate(destination: ApiDestination, params: Params) -> None:
    rate = params.get("InvocationRateLimitPerSecond")
    if rate is not None:
        destination.limit(int(rate))
