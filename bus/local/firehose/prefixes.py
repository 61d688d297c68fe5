"""What an object's key begins with: literal text and `!{namespace:value}` expressions.

Firehose developer guide, "Understand custom prefixes for Amazon S3 objects".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from bus.local.errors import UnsupportedOperationError
from bus.local.firehose.errors import invalid_argument
from bus.local.firehose.java_time import formatted
from bus.local.plane import Chance

ERROR_TYPE, RANDOM = "error-output-type", "random-string"
_EXPRESSION = re.compile(r"!\{(\w+):([^}]*)\}")
_HOURLY = "!{timestamp:yyyy/MM/dd/HH}/"
_RANDOM_DIGITS = 11
_SAMPLE = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Prefixes:
    """The prefix of what is delivered, and that of what fails; `zone` is what timestamps are shown in."""

    delivered: str
    failed: str
    zone: tzinfo = UTC

    def of_delivered(self, arrived: datetime, keys: Mapping[str, str], chance: Chance | None) -> str:
        """`arrived` is when the oldest record in the object did; `keys` are its partition keys.

        Without `chance` random strings are left out: what is left tells partitions apart. Raises KeyError for a
        partition key that there is not.
        """
        return self._evaluated(self.delivered, arrived, "", keys, chance)

    def of_failed(self, arrived: datetime, kind: str, chance: Chance) -> str:
        """`kind` is AWS's error output type, such as "processing-failed"."""
        return self._evaluated(self.failed, arrived, kind, {}, chance)

    @property
    def partition_keys(self) -> set[str]:
        """The partition keys that records must have."""
        found = _EXPRESSION.finditer(self.delivered)
        return {one[2] for one in found if one[1] == "partitionKeyFromLambda"}

    def _evaluated(
        self, prefix: str, arrived: datetime, kind: str, keys: Mapping[str, str], chance: Chance | None
    ) -> str:
        local = arrived.astimezone(self.zone)

        def value(found: re.Match[str]) -> str:
            match found[1], found[2]:
                case "timestamp", pattern:
                    return formatted(pattern, local)
                case "partitionKeyFromLambda", name:
                    return keys[name]
                case "firehose", "random-string":
                    return "" if chance is None else chance.uuid()[:_RANDOM_DIGITS]
            return kind

        return _EXPRESSION.sub(value, prefix)


def prefixes_of(delivered: str, failed: str | None, zone: tzinfo = UTC) -> Prefixes:
    """By the semantic rules of the guide. Raises AwsError for a prefix that breaks them."""
    _check(delivered, "Prefix")
    _check(failed or "", "ErrorOutputPrefix")
    if f"!{{firehose:{ERROR_TYPE}}}" in delivered:
        raise invalid_argument(f"Prefix cannot contain !{{firehose:{ERROR_TYPE}}}")
    if not failed and "!{" in delivered:
        raise invalid_argument("ErrorOutputPrefix cannot be null or empty when Prefix contains expressions")
    if failed and "!{" in failed and f"!{{firehose:{ERROR_TYPE}}}" not in failed:
        raise invalid_argument(
            f"ErrorOutputPrefix with an expression must contain at least one instance of !{{firehose:{ERROR_TYPE}}}"
        )
    errors = failed or delivered
    return Prefixes(
        delivered if "!{timestamp:" in delivered else delivered + _HOURLY,
        errors if "!{" in errors else f"{errors}!{{firehose:{ERROR_TYPE}}}/{_HOURLY}",
        zone,
    )


def _check(prefix: str, member: str) -> None:
    if "!{" in _EXPRESSION.sub("", prefix):
        raise invalid_argument(f"The sequence !{{ can only appear in !{{namespace:value}} expressions, not in {member}")
    for found in _EXPRESSION.finditer(prefix):
        match found[1], found[2]:
            case "timestamp", pattern:
                _check_pattern(pattern, member)
            case ("firehose", "error-output-type" | "random-string") | ("partitionKeyFromLambda", _):
                pass
            case "partitionKeyFromQuery", _:
                raise UnsupportedOperationError(f"{found[0]}: there is no JQ-1.6 for MetadataExtraction")
            case _:
                raise invalid_argument(f"{found[0]} is no expression for {member}")


def _check_pattern(pattern: str, member: str) -> None:
    try:
        formatted(pattern, _SAMPLE)
    except ValueError as error:
        raise invalid_argument(f"{member} has no pattern of Java's DateTimeFormatter: {error}") from error
