"""Workgroups: where results go, and how much a query may scan."""

from dataclasses import dataclass

from bus.local.errors import AwsError

PRIMARY = "primary"


@dataclass(frozen=True)
class Workgroup:
    """`output` is an S3 URL; when `enforced`, a query cannot choose another."""

    name: str
    output: str | None = None
    enforced: bool = True
    limit: int | None = None
    enabled: bool = True

    def output_for(self, wanted: str | None) -> str:
        """Where the results of a query go that asks for `wanted`. Raises AwsError when there is nowhere."""
        output = self.output if self.enforced and self.output else wanted or self.output
        if output is None:
            message = (
                "No output location provided. An output location is required either through the Workgroup "
                "result configuration setting or as an API input."
            )
            raise AwsError("InvalidRequestException", message)
        return output if output.endswith("/") else f"{output}/"
