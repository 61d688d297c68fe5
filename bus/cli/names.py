"""Names of resources as people read them."""

import re

# What CloudFormation puts behind "stack-LogicalId" (user guide, "Name type"): twelve or thirteen letters and digits.
_ENDING = re.compile(r"-[A-Z0-9]{12,13}(?![\w\-])")


def shown(text: str) -> str:
    """Names without the endings that CloudFormation gave them: "orders-Table" of "orders-Table-SLZ7PY57GU3S"."""
    return _ENDING.sub("", text)
