"""Which bus is meant."""

from botocore.exceptions import ClientError

from bus.operating.account import Account, code_of
from bus.operating.errors import OperatingError


class UnknownBusError(OperatingError):
    """No bus stack of that stage is deployed in the account: `parameter` is not there."""

    def __init__(self, parameter: str) -> None:
        self.parameter = parameter
        super().__init__(f"SSM has no {parameter}, which the bus stack writes: deploy that first, or say --bus NAME")


def bus_of(account: Account, stage: str) -> str:
    """The name of a stage's bus. Raises UnknownBusError."""
    parameter = f"/omnibus/{stage}/bus/name"
    try:
        found = account.client("ssm").get_parameter(Name=parameter)
    except ClientError as error:
        if code_of(error) != "ParameterNotFound":
            raise
        raise UnknownBusError(parameter) from error
    return str(found["Parameter"]["Value"])
