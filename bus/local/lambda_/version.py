"""A version of a function: what it is set to and made of. $LATEST changes, a published one never does."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bus.local.functions import Function, Package
from bus.local.lambda_.names import LATEST

# Always in an answer, whatever was asked for (Lambda API reference, FunctionConfiguration).
_AS_GIVEN = (
    "Role",
    "Handler",
    "Runtime",
    "Description",
    "Timeout",
    "MemorySize",
    "PackageType",
    "Architectures",
    "EphemeralStorage",
    "TracingConfig",
)
_WHERE_GIVEN = ("Environment", "DeadLetterConfig", "KMSKeyArn")


@dataclass(slots=True)
class Version:
    """`settings` are CreateFunction's parameters with their defaults; `arn` is the function's, unqualified."""

    number: str
    arn: str
    settings: Mapping[str, Any]
    function: Function
    modified: str
    revision: str

    @property
    def package(self) -> Package | None:
        """None for a function whose handler is imported from this project."""
        return self.function.package

    @property
    def qualified_arn(self) -> str:
        return f"{self.arn}:{self.number}"

    @property
    def code_sha256(self) -> str:
        if self.package is not None:
            return self.package.sha256
        return base64.b64encode(hashlib.sha256(str(self.settings.get("Handler")).encode()).digest()).decode()

    @property
    def dead_letter_arn(self) -> str | None:
        return self.settings.get("DeadLetterConfig", {}).get("TargetArn") or None

    def same_as(self, other: "Version") -> bool:
        """Whether publishing one after the other would make two equal versions."""
        return self.code_sha256 == other.code_sha256 and _compared(self.settings) == _compared(other.settings)

    def configuration(self, *, qualified: bool = False) -> dict[str, Any]:
        """As GetFunctionConfiguration answers it; the ARN of $LATEST has a version only where that was asked for."""
        settings = self.settings
        log_group = settings["LoggingConfig"].get("LogGroup") or self.function.settings.log_group
        configuration = {
            "FunctionName": self.function.settings.name,
            "FunctionArn": self.qualified_arn if qualified or self.number != LATEST else self.arn,
            **{name: settings[name] for name in _AS_GIVEN if name in settings},
            **{name: settings[name] for name in _WHERE_GIVEN if settings.get(name)},
            "CodeSize": 0 if self.package is None else self.package.size,
            "CodeSha256": self.code_sha256,
            "LastModified": self.modified,
            "Version": self.number,
            "RevisionId": self.revision,
            "State": "Active",
            "LastUpdateStatus": "Successful",
            "LoggingConfig": {**settings["LoggingConfig"], "LogGroup": log_group},
            "SnapStart": {"OptimizationStatus": "Off", **settings["SnapStart"]},
        }
        if layers := settings.get("Layers"):
            configuration["Layers"] = [{"Arn": arn, "CodeSize": 0} for arn in layers]
        if network := settings.get("VpcConfig"):
            configuration["VpcConfig"] = {"VpcId": "", **network}
        return configuration


def _compared(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name != "Description"}
