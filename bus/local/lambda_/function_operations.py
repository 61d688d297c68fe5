"""Functions: made, changed, described and deleted."""

from typing import Any

from bus.local.constraints import check, service_model
from bus.local.functions import Package
from bus.local.lambda_.errors import conflict, invalid, outdated
from bus.local.lambda_.functions import Functions
from bus.local.lambda_.names import LATEST, is_version, parse, unqualified
from bus.local.lambda_.registered import RegisteredFunction
from bus.local.lambda_.settings import CHANGEABLE, SETTABLE, of_request
from bus.local.lambda_.uploads import PLACES, package_of
from bus.local.lambda_.version import Version
from bus.local.operations import Params, Response, only, operation
from bus.local.pages import page
from bus.local.plane import Plane

_ONE = frozenset({"FunctionName", "Qualifier"})
_CODE = PLACES | {"FunctionName", "Architectures", "Publish", "DryRun", "RevisionId"}
_CHANGING = {
    "LastUpdateStatus": "InProgress",
    "LastUpdateStatusReason": "The function is being created.",
    "LastUpdateStatusReasonCode": "Creating",
}


class FunctionOperations:
    """Lambda API reference, CreateFunction to ListFunctions.

    A function is ready as soon as it is made or changed; the answer says, as AWS's does, that it is on its way.
    """

    _plane: Plane
    functions: Functions

    @operation("CreateFunction")
    def create_function(self, params: Params) -> Response:
        only("lambda:CreateFunction", params, SETTABLE | {"FunctionName", "Code", "Publish", "Tags"})
        checked("CreateFunction", params)
        name = unqualified(params["FunctionName"])
        settings = of_request(params)
        package = package_of(self._plane, "lambda:CreateFunction", params["Code"])
        if name in self.functions:
            raise conflict(f"Function already exist: {name}")
        created = self.functions.create(name, settings, package)
        created.tags.update(params.get("Tags") or {})
        version = self.functions.publish(created) if params.get("Publish") else created.latest
        answer = {**version.configuration(), "State": "Pending", "StateReason": "The function is being created."}
        del answer["LastUpdateStatus"]
        return {**answer, "StateReasonCode": "Creating"}

    @operation("UpdateFunctionCode")
    def update_function_code(self, params: Params) -> Response:
        only("lambda:UpdateFunctionCode", params, _CODE)
        checked("UpdateFunctionCode", params)
        changed = self._changeable(params)
        code = {name: value for name, value in params.items() if name in PLACES}
        package = package_of(self._plane, "lambda:UpdateFunctionCode", code)
        settings = dict(changed.latest.settings)
        if params.get("Architectures"):
            settings["Architectures"] = params["Architectures"]
        if params.get("DryRun"):
            return {**changed.latest.configuration(), "CodeSha256": package.sha256, "CodeSize": package.size}
        return self._change(changed, settings, package, publish=bool(params.get("Publish")))

    @operation("UpdateFunctionConfiguration")
    def update_function_configuration(self, params: Params) -> Response:
        only("lambda:UpdateFunctionConfiguration", params, CHANGEABLE | {"FunctionName", "RevisionId"})
        checked("UpdateFunctionConfiguration", params)
        changed = self._changeable(params)
        settings = of_request(params, changed.latest.settings)
        return self._change(changed, settings, changed.latest.package, publish=False)

    @operation("DeleteFunction")
    def delete_function(self, params: Params) -> Response:
        only("lambda:DeleteFunction", params, _ONE)
        name = parse(params["FunctionName"], params.get("Qualifier"))
        deleted = self.functions.named(name.function, name.qualifier)
        if name.qualifier is None:
            self.functions.delete(deleted)
        elif name.qualifier != LATEST and not is_version(name.qualifier):
            raise invalid("Deletion of aliases is not currently supported.")
        else:
            users = [alias.name for alias in deleted.aliases.values() if name.qualifier in _versions(alias)]
            if users:
                arn = deleted.arn_of(name.qualifier)
                raise conflict(f"Version {arn} is pointed to by the aliases {', '.join(users)} and cannot be deleted.")
            self.functions.delete_version(deleted, name.qualifier)
        return {"StatusCode": 204}

    @operation("GetFunction")
    def get_function(self, params: Params) -> Response:
        only("lambda:GetFunction", params, _ONE)
        found = self.functions.get(params["FunctionName"], params.get("Qualifier"))
        answer: dict[str, Any] = {
            "Configuration": {**found.version.configuration(), "FunctionArn": found.arn},
            "Code": {"RepositoryType": "S3", "Location": self._location(found.version)},
        }
        registered = found.registered
        if registered.tags:
            answer["Tags"] = dict(registered.tags)
        if registered.share.reserved is not None:
            answer["Concurrency"] = {"ReservedConcurrentExecutions": registered.share.reserved}
        return answer

    @operation("GetFunctionConfiguration")
    def get_function_configuration(self, params: Params) -> Response:
        only("lambda:GetFunctionConfiguration", params, _ONE)
        found = self.functions.get(params["FunctionName"], params.get("Qualifier"))
        return {**found.version.configuration(), "FunctionArn": found.arn}

    @operation("ListFunctions")
    def list_functions(self, params: Params) -> Response:
        only("lambda:ListFunctions", params, frozenset({"FunctionVersion", "Marker", "MaxItems"}))
        checked("ListFunctions", params)
        if params.get("FunctionVersion") == "ALL":
            found = [
                version.configuration(qualified=True)
                for registered in self.functions.all()
                for version in registered.versions.values()
            ]
        else:
            found = [registered.latest.configuration() for registered in self.functions.all()]
        return listed("Functions", [_shortened(each) for each in found], params)

    def _changeable(self, params: Params) -> RegisteredFunction:
        name = parse(params["FunctionName"])
        if name.qualifier not in {None, LATEST}:
            raise invalid(f"The operation cannot be performed on a published version or alias: {name.qualifier}")
        found = self.functions.named(name.function)
        if params.get("RevisionId") not in {None, found.latest.revision}:
            raise outdated()
        return found

    def _change(
        self, changed: RegisteredFunction, settings: dict[str, Any], package: Package | None, *, publish: bool
    ) -> Response:
        self.functions.change(changed, settings, package)
        version = self.functions.publish(changed) if publish else changed.latest
        return {**version.configuration(), **_CHANGING}

    def _location(self, version: Version) -> str:
        """AWS gives ten minutes to download the package; here nobody answers at this address."""
        tasks = f"awslambda-{self._plane.region}-tasks.s3.{self._plane.region}.amazonaws.com"
        name = version.function.settings.name
        return f"https://{tasks}/snapshots/{self._plane.account}/{name}-{version.revision}"


def checked(operation_name: str, params: Params) -> None:
    """Raises AwsError, a ValidationException, for a parameter outside its limits."""
    check(service_model("lambda").operation_model(operation_name), params)


def listed(member: str, items: list[dict[str, Any]], params: Params) -> Response:
    """A page as Lambda numbers it."""
    return page(member, items, params, most=50, size="MaxItems", start="Marker", following="NextMarker")


def _versions(alias: Any) -> set[str]:
    return {alias.version, *alias.weights}


def _shortened(configuration: dict[str, Any]) -> dict[str, Any]:
    """Lists leave the state out (Lambda API reference, ListFunctions)."""
    return {name: value for name, value in configuration.items() if name not in {"State", "LastUpdateStatus"}}
