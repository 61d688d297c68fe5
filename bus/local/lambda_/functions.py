"""The functions there are, by every name that Lambda accepts for one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bus.local.functions import Answer, Function
from bus.local.lambda_.errors import not_found
from bus.local.plane import Plane

LATEST = "$LATEST"


@dataclass(slots=True)
class DeployedFunction:
    """A function and what its template says beside the code; `invoke_config` is of AWS::Lambda::EventInvokeConfig."""

    function: Function
    properties: Mapping[str, Any]
    created: str
    invoke_config: Mapping[str, Any] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        return self.function.arn

    @property
    def dead_letter_arn(self) -> str | None:
        target = self.properties.get("DeadLetterConfig", {}).get("TargetArn")
        return str(target) if target else None

    def invoke(self, payload: bytes, request_id: str | None = None) -> Answer:
        return self.function.invoke(payload, request_id)

    def configuration(self) -> dict[str, Any]:
        """As GetFunctionConfiguration answers it."""
        settings = self.function.settings
        same = ("Description", "DeadLetterConfig", "TracingConfig", "LoggingConfig", "Architectures", "Role")
        return {
            "FunctionName": settings.name,
            "FunctionArn": self.arn,
            "Handler": settings.handler,
            "Timeout": int(settings.timeout),
            "MemorySize": settings.memory,
            "Runtime": self.properties.get("Runtime", ""),
            "Environment": {"Variables": settings.environment},
            "LastModified": self.created,
            "Version": LATEST,
            "State": "Active",
            "LastUpdateStatus": "Successful",
            "PackageType": "Zip",
            **{name: self.properties[name] for name in same if name in self.properties},
        }


class Functions:
    """Every function, by name."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._by_name: dict[str, DeployedFunction] = {}

    def add(self, deployed: DeployedFunction) -> None:
        self._by_name[deployed.function.settings.name] = deployed

    def all(self) -> list[DeployedFunction]:
        """Every function, in the order of their names."""
        return [self._by_name[name] for name in sorted(self._by_name)]

    def get(self, reference: str, qualifier: str = LATEST) -> DeployedFunction:
        """A function by name, ARN or partial ARN, "$LATEST" at most behind it. Raises ResourceNotFoundException."""
        name, version = _parts(reference)
        deployed = self._by_name.get(name)
        if deployed is None or {version, qualifier} != {LATEST}:
            tail = "" if version == qualifier == LATEST else f":{qualifier if version == LATEST else version}"
            raise not_found(f"Function not found: {self._plane.arn('lambda', f'function:{name}{tail}')}")
        return deployed


def _parts(reference: str) -> tuple[str, str]:
    _, _, tail = reference.rpartition("function:")
    name, _, version = tail.partition(":")
    return name, version or LATEST
