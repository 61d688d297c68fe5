"""A parameter: its versions, and what a name and a value may be (PutParameter, Systems Manager API reference)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bus.local.errors import AwsError

KEPT_VERSIONS = 100
DEEPEST = 15
LARGEST = {"Standard": 4096, "Advanced": 8192}  # characters
TYPES = ("String", "StringList")

_NAME = re.compile(r"[a-zA-Z0-9_.\-/]{1,1011}")


@dataclass(frozen=True)
class Version:
    """What a parameter was set to, once."""

    number: int
    type: str
    value: str
    set_at: datetime


@dataclass
class Parameter:
    """A parameter by its name; the last of `versions` is the present one."""

    name: str
    arn: str
    tier: str
    versions: dict[int, Version] = field(default_factory=dict)

    @property
    def latest(self) -> Version:
        return self.versions[max(self.versions)]

    def set(self, type_: str, value: str, now: datetime) -> Version:
        """A new version; the oldest goes when there are too many."""
        number = max(self.versions, default=0) + 1
        self.versions.pop(number - KEPT_VERSIONS, None)
        self.versions[number] = Version(number, type_, value, now)
        return self.versions[number]

    def shown(self, version: Version, selector: str = "") -> dict[str, Any]:
        """As GetParameter shows a version; `selector` (":3") is what the caller named it by."""
        return {
            "Name": self.name,
            "Type": version.type,
            "Value": version.value,
            "Version": version.number,
            "LastModifiedDate": version.set_at,
            "ARN": self.arn,
            "DataType": "text",
            **({"Selector": selector} if selector else {}),
        }


def check_name(name: str) -> None:
    """Raises ValidationException for what cannot name a parameter."""
    if "/" in name and not name.startswith("/"):
        raise invalid("Parameter name must be a fully qualified name.")
    if name.lstrip("/").lower().startswith(("aws", "ssm")):
        raise invalid('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).')
    if not _NAME.fullmatch(name):
        raise invalid(
            "Parameter name: can only consist of symbols and letters: a-zA-Z0-9_.-/, and at most 1011 of them."
        )
    if name.count("/") > DEEPEST:
        raise AwsError("HierarchyLevelLimitExceededException", f"A name has at most {DEEPEST} levels: {name}")


def check_value(params: Mapping[str, Any], tier: str) -> None:
    """Raises ValidationException for a value its tier cannot hold, or one unlike the pattern it is to match."""
    value, pattern = params["Value"], params.get("AllowedPattern")
    if len(value) > LARGEST[tier]:
        raise invalid(f"{tier} tier parameters support a maximum parameter value of {LARGEST[tier]} characters.")
    if pattern and not re.search(pattern, value):
        raise AwsError(
            "ParameterPatternMismatchException",
            f"Parameter value, cannot be validated against allowedPattern: {pattern}",
        )


def invalid(message: str) -> AwsError:
    """A ValidationException."""
    return AwsError("ValidationException", message)
