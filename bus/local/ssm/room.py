"""The SSM room: parameters, and nothing else of Systems Manager.

moto's SSM would do, but loads all of its EC2 for it: see docs/decisions/0005-ssm-in-the-plane.md.
"""

from typing import Any, ClassVar

from bus.local.errors import AwsError, UnsupportedOperationError
from bus.local.operations import Params, Response, only, operation
from bus.local.plane import Plane
from bus.local.resources import LABEL, Deployed, Made, Resource, removes, resource, updates
from bus.local.ssm.parameter import LARGEST, TYPES, Parameter, check_name, check_value, invalid

MOST_NAMES = 10
PAGE = 10

_PUT = {"Name", "Description", "Value", "Type", "Overwrite", "AllowedPattern", "Tags", "Tier", "DataType"}


class SsmRoom:
    """Parameters by name, in plain text: a SecureString is refused, for no key is there to keep it with."""

    service: ClassVar[str] = "ssm"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._parameters: dict[str, Parameter] = {}

    def parameter(self, name: str) -> str | None:
        """The value of a parameter ("/omnibus/dev/bus/name", or with ":3" its third version); None without one."""
        try:
            return str(self._found(name)["Value"])
        except AwsError as error:
            if error.code in ("ParameterNotFound", "ParameterVersionNotFound"):
                return None
            raise

    @operation("PutParameter")
    def put_parameter(self, params: Params) -> Response:
        only("ssm:PutParameter", params, _PUT)
        name, known = params["Name"], self._parameters.get(params["Name"])
        _check(params, known)
        tier = params.get("Tier", known.tier if known else "Standard")
        check_value(params, _held_in(tier, params["Value"]))
        if known is None:
            known = Parameter(name, self._plane.arn("ssm", f"parameter/{name.removeprefix('/')}"), tier)
            self._parameters[name] = known
        known.tier = _held_in(tier, params["Value"])
        type_ = params.get("Type") or known.latest.type
        return {"Version": known.set(type_, params["Value"], self._plane.clock.now()).number, "Tier": known.tier}

    @operation("GetParameter")
    def get_parameter(self, params: Params) -> Response:
        only("ssm:GetParameter", params, {"Name", "WithDecryption"})
        return {"Parameter": self._found(params["Name"])}

    @operation("GetParameters")
    def get_parameters(self, params: Params) -> Response:
        only("ssm:GetParameters", params, {"Names", "WithDecryption"})
        names: list[str] = params["Names"]
        if len(names) > MOST_NAMES:
            raise invalid(
                f"1 validation error detected: Value at 'names' failed to satisfy constraint: "
                f"Member must have length less than or equal to {MOST_NAMES}"
            )
        found = {name: self._found(name) for name in dict.fromkeys(names) if self.parameter(name) is not None}
        return {
            "Parameters": list(found.values()),
            "InvalidParameters": [name for name in dict.fromkeys(names) if name not in found],
        }

    @operation("GetParametersByPath")
    def get_parameters_by_path(self, params: Params) -> Response:
        """A page of the parameters below a path, in order of name; the token is the last name of the page before."""
        only("ssm:GetParametersByPath", params, {"Path", "Recursive", "WithDecryption", "MaxResults", "NextToken"})
        if not params["Path"].startswith("/"):
            raise invalid(f"The parameter path must begin with a forward slash /: {params['Path']}")
        path = params["Path"].rstrip("/") + "/"
        below = sorted(
            name
            for name in self._parameters
            if name.startswith(path)
            and name > params.get("NextToken", "")
            and (params.get("Recursive") or "/" not in name.removeprefix(path))
        )
        page = below[: params.get("MaxResults", PAGE)]
        following = {"NextToken": page[-1]} if len(below) > len(page) else {}
        return {"Parameters": [self._found(name) for name in page], **following}

    @operation("DeleteParameter")
    def delete_parameter(self, params: Params) -> Response:
        if self._parameters.pop(params["Name"], None) is None:
            raise _not_found(params["Name"])
        return {}

    @resource(
        "AWS::SSM::Parameter",
        acts_on={"AllowedPattern", "DataType", "Name", "Tier", "Type", "Value"},
        inert={
            "Description": LABEL,
            "Tags": LABEL,
        },
        replaced_by={"Name"},
    )
    def make_parameter(self, wanted: Resource) -> Deployed:
        """Ref is the parameter's name."""
        given = _given(wanted)
        self.put_parameter(given)
        return Deployed(given["Name"], {"Type": given["Type"], "Value": given["Value"]})

    @updates("AWS::SSM::Parameter")
    def update_parameter(self, wanted: Resource, made: Made) -> Deployed:
        """A new version of the parameter."""
        given = _given(wanted)
        self.put_parameter({**given, "Overwrite": True})
        return Deployed(made.ref, {"Type": given["Type"], "Value": given["Value"]})

    @removes("AWS::SSM::Parameter")
    def remove_parameter(self, made: Made) -> None:
        self.delete_parameter({"Name": made.ref})

    def _found(self, named: str) -> Response:
        """A parameter's version as it is shown, by name or ARN, with or without ":" and a version's number."""
        is_arn = named.startswith("arn:")
        name, colon, number = (named.partition(":parameter/")[2] if is_arn else named).partition(":")
        parameter = self._parameters.get(name)
        if parameter is None and is_arn:  # an ARN leaves out the slash that the name begins with
            parameter = self._parameters.get(f"/{name}")
        if parameter is None:
            raise _not_found(named)
        if not colon:
            return parameter.shown(parameter.latest)
        if not number.isdecimal():
            raise UnsupportedOperationError(f"the label {number} of an ssm parameter")
        if int(number) not in parameter.versions:
            message = f"Systems Manager could not find version {number} of {name}. Verify the version and try again."
            raise AwsError("ParameterVersionNotFound", message)
        return parameter.shown(parameter.versions[int(number)], f":{number}")


def _given(wanted: Resource) -> dict[str, Any]:
    given = {name: value for name, value in wanted.properties.items() if name not in {"Description", "Tags"}}
    return {"Name": wanted.name, **given}


def _check(params: Params, known: Parameter | None) -> None:
    check_name(params["Name"])
    if known is not None and not params.get("Overwrite"):
        message = (
            "The parameter already exists. To overwrite this value, set the overwrite option in the request to true."
        )
        raise AwsError("ParameterAlreadyExists", message)
    if params.get("Overwrite") and params.get("Tags"):
        raise invalid("Invalid request: tags and overwrite can't be used together.")
    if known is None and "Type" not in params:
        raise invalid("A parameter type is required when you create a parameter.")
    if known is not None and params.get("Type", known.latest.type) != known.latest.type:
        message = "Parameter Store doesn't support changing a parameter type in a hierarchy."
        raise AwsError("HierarchyTypeMismatchException", message)
    if params.get("Type", TYPES[0]) not in TYPES:
        raise UnsupportedOperationError(f"the type {params['Type']} of ssm:PutParameter")
    if params.get("DataType", "text") != "text":
        raise UnsupportedOperationError(f"the data type {params['DataType']} of ssm:PutParameter")


def _held_in(tier: str, value: str) -> str:
    """The tier that holds a value: intelligent tiering takes the standard one as long as it can."""
    if tier != "Intelligent-Tiering":
        return tier
    return "Standard" if len(value) <= LARGEST["Standard"] else "Advanced"


def _not_found(name: str) -> AwsError:
    return AwsError("ParameterNotFound", f"Parameter {name} not found.")
