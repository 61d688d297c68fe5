"""What is measured: a way from an event's bytes to the names of the rules that match it."""

from collections.abc import Callable
from importlib.util import find_spec

import orjson
from moto.events.models import EventPattern

from bus.patterns import RuleSet, compile_pattern

Rules = dict[str, str]
Match = Callable[[bytes], object]

FLOOR, OURS, MOTO, MINISTACK = "orjson", "ours", "moto", "ministack"


def contenders(rules: Rules, *, with_others: bool) -> dict[str, Match]:
    """The floor and ours; with others, moto and, where it is installed, ministack.

    ministack pins a botocore older than boto3's here. What is used of it needs none of its dependencies:
    `pip install --no-deps ministack`.
    """
    taking_part: dict[str, Match] = {FLOOR: orjson.loads, OURS: rule_set(rules).match_json}
    if with_others:
        taking_part[MOTO] = _moto(rules)
    if with_others and find_spec(MINISTACK):
        taking_part[MINISTACK] = _ministack(rules)
    return taking_part


def rule_set(rules: Rules) -> RuleSet:
    together = RuleSet()
    for name, pattern in rules.items():
        together.add(name, compile_pattern(pattern))
    return together


def _moto(rules: Rules) -> Match:
    """As moto's bus does: every rule is asked."""
    patterns = {name: EventPattern.load(pattern) for name, pattern in rules.items()}

    def match(line: bytes) -> set[str]:
        event = orjson.loads(line)
        return {name for name, pattern in patterns.items() if pattern.matches_event(event)}

    return match


def _ministack(rules: Rules) -> Match:
    """As ministack's PutEvents does: one view of the event, and every rule is asked.

    PutEvents takes the detail as text and reads it with the standard library; here it is handed over parsed.
    What is not an event of a bus goes in as fields that the envelope does not know.
    """
    # Importing this one module starts nothing and changes nothing outside ministack.
    from ministack.services import eventbridge  # noqa: PLC0415 - it may not be installed

    view_of, matches = eventbridge._pattern_event_view, eventbridge._matches_pattern_view  # noqa: SLF001 - no public way

    def match(line: bytes) -> set[str]:
        event = orjson.loads(line)
        if "detail-type" in event:
            entry = {"Source": event["source"], "DetailType": event["detail-type"], "Detail": event["detail"]}
        else:
            entry = {"_ExtraEnvelope": event}
        view = view_of(entry)
        return {name for name, pattern in rules.items() if matches(pattern, view)}

    return match
