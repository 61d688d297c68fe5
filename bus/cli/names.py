"""Names of resources as people read them."""

import re

# What CloudFormation puts behind "stack-LogicalId" (user guide, "Name type"): twelve or thirteen letters and digits.
_ENDING = re.compile(r"-[A-Z0-9]{12,13}$")


def shown(name: str) -> str:
    """Without the ending that CloudFormation gave it: "orders-Table" of "orders-Table-SLZ7PY57GU3S"."""
    return _ENDING.sub("", name)
