"""Records that an event source mapping gave up, handed to its function once more."""

from collections.abc import Mapping, Sequence
from typing import Any

from bus.operating.account import Account
from bus.operating.delivery.filtering import wanted
from bus.operating.delivery.invoking import ask, check_reported
from bus.operating.errors import RefusedError
from bus.patterns import EVENT_SOURCE_MAPPING


def deliver(account: Account, mapping: Mapping[str, Any], records: Sequence[Mapping[str, Any]]) -> int:
    """One invocation; how many records it was with. Raises RefusedError, also for what the function reports."""
    kept = wanted(records, mapping.get("FilterCriteria"), EVENT_SOURCE_MAPPING)
    if not kept:
        raise RefusedError("the mapping's filter lets none of its records through any more")
    function = mapping["FunctionArn"]
    answer = ask(account, function, {"Records": [*kept]})
    if "ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", ()):
        check_reported(function, answer)
    return len(kept)
