"""EventBridge's quotas, of which all but two can be raised on AWS (user guide, "Amazon EventBridge quotas")."""

from dataclasses import dataclass

from bus.local.errors import AwsError


@dataclass
class Quotas:
    """How much an account may have; a test that is about more raises them, as an account would."""

    buses: int = 100
    rules_per_bus: int = 300
    wildcard_rules_per_bus: int = 30  # cannot be raised
    targets_per_rule: int = 5  # cannot be raised
    pattern_characters: int = 2_048
    policy_characters: int = 10_240


def check_quota(wanted: int, quota: int) -> None:
    """Raises LimitExceededException."""
    if wanted > quota:
        raise AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
