"""Rules that an AWS service has made for itself, which nobody else may change.

API reference, DeleteRule: "Managed rules are rules created and managed by another AWS service on your behalf".
"""

from bus.local.errors import AwsError
from bus.local.events.state import Rule


def check_unmanaged(rule: Rule, *, force: bool = False) -> None:
    """Raises ManagedRuleException, unless the rule is nobody's or the caller insists."""
    if rule.managed_by is not None and not force:
        raise AwsError(
            "ManagedRuleException",
            f"Rule {rule.name} is managed by {rule.managed_by}; this operation is not allowed on managed rules.",
        )
