"""What each operation needs to be allowed: actions and resources of the Service Authorization Reference."""

from bus.local.access.needs.need import Call, Need
from bus.local.access.needs.table import RULES, needs_of

__all__ = ["RULES", "Call", "Need", "needs_of"]
