"""Many patterns at once: a set of rules, at a cost that follows the event and the rules that could match it."""

from bus.patterns.ruleset.rules import RuleSet

__all__ = ["RuleSet"]
