"""SSM parameters: how stacks find one another."""

from typing import Any

from botocore.exceptions import ClientError

from bus.local.resources import Deployed, Resource, resource
from bus.local.stored.kept_by_moto import KeptByMoto, client


class SsmParameters(KeptByMoto):
    """AWS::SSM::Parameter."""

    @resource(
        "AWS::SSM::Parameter",
        acts_on={"AllowedPattern", "DataType", "Description", "Name", "Tags", "Tier", "Type", "Value"},
    )
    def make_parameter(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        name, value = properties.get("Name", wanted.name), properties["Value"]
        tags = [{"Key": key, "Value": text} for key, text in properties.get("Tags", {}).items()]
        optional = {key: properties.get(key) for key in ("AllowedPattern", "DataType", "Description", "Tier")}
        self._ask(
            wanted,
            "ssm",
            "put_parameter",
            Name=name,
            Value=value,
            Type=properties["Type"],
            Tags=tags or None,
            **optional,
        )
        return Deployed(name, {"Type": properties["Type"], "Value": value})

    def parameter(self, name: str) -> str | None:
        """The value of an SSM parameter ("/omnibus/dev/bus/name", or with ":3" its third version); None without one."""
        try:
            answer: dict[str, Any] = client("ssm").get_parameter(Name=name)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("ParameterNotFound", "ParameterVersionNotFound"):
                return None
            raise
        return str(answer["Parameter"]["Value"])
