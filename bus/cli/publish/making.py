"""PutEvents entries from what people have: an event as EventBridge shows it, an entry, or an example of a contract."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from jsonschema import Draft202012Validator

from bus.cli.rules.errors import UnusableError
from bus.contracts.registry import Registry
from bus.sdk.envelope import Metadata
from bus.sdk.ids import new_id


class Maker:
    """Makes entries for one bus, each checked against its contract unless that is waived."""

    def __init__(self, contracts: Registry, bus: str, *, checked: bool = True) -> None:
        self._contracts = {each.detail_type: each for each in contracts.contracts}
        self._bus, self._checked = bus, checked

    def example(self, name: str) -> dict[str, Any]:
        """The entry of a contract's first example, with metadata of its own. Raises UnusableError.

        `name` may leave out the version, if there is one of them.
        """
        found = [each for each in self._contracts.values() if name in {each.detail_type, each.name}]
        if len(found) != 1:
            known = ", ".join(sorted(self._contracts))
            raise UnusableError(
                f"{'several contracts are' if found else 'no contract is'} called {name}; say one of: {known}"
            )
        (contract,) = found
        examples = contract.schema.get("examples")
        if not examples:
            raise UnusableError(f"{contract.path} has no examples")
        return self._entry(contract.source, contract.detail_type, {"data": examples[0]}, {})

    def entry(self, given: Mapping[str, Any], which: str) -> dict[str, Any]:
        """The entry of an event ("source", "detail-type", "detail") or of an entry ("Source", "DetailType", "Detail").

        A detail without metadata is taken for the data alone. `which` is what errors call it. Raises UnusableError.
        """
        source, detail_type = (
            _either(given, *names, which) for names in (("source", "Source"), ("detail-type", "DetailType"))
        )
        detail = given.get("detail", given.get("Detail"))
        if isinstance(detail, str):
            try:
                detail = json.loads(detail)
            except ValueError as error:
                raise UnusableError(f"{which}: its detail is not JSON: {error}") from error
        if not isinstance(detail, dict):
            raise UnusableError(f"{which} has no detail, which is a JSON object")
        whole = detail if "metadata" in detail or detail_type not in self._contracts else {"data": detail}
        resources = given.get("resources", given.get("Resources")) or []
        return self._entry(source, detail_type, whole, {"Resources": resources} if resources else {}, which)

    def _entry(
        self,
        source: str,
        detail_type: str,
        detail: Mapping[str, Any],
        more: Mapping[str, Any],
        which: str = "the event",
    ) -> dict[str, Any]:
        if self._checked:
            self._check(source, detail_type, detail, which)
        if "data" in detail and "metadata" not in detail:
            detail = {"metadata": _metadata(source, detail["data"]), **detail}
        written = json.dumps(detail)
        return {"EventBusName": self._bus, "Source": source, "DetailType": detail_type, "Detail": written, **more}

    def _check(self, source: str, detail_type: str, detail: Mapping[str, Any], which: str) -> None:
        contract = self._contracts.get(detail_type)
        if contract is None:
            known = ", ".join(sorted(self._contracts))
            raise UnusableError(
                f"{which} is a {detail_type}, which has no contract (there are: {known}); see --unchecked"
            )
        if source != contract.source:
            raise UnusableError(f"{which} is of {source}, but {detail_type} is {contract.source}'s; see --unchecked")
        faults = list(Draft202012Validator(contract.schema).iter_errors(detail.get("data")))
        if faults:
            first = min(faults, key=lambda fault: [*map(str, fault.path)])
            where = "".join(f"/{step}" for step in ("data", *first.path))
            raise UnusableError(
                f"{which} breaks the contract {detail_type} at {where}: {first.message}; see --unchecked"
            )


def _metadata(source: str, data: Any) -> dict[str, Any]:
    event_id = new_id()
    # The aggregate comes first in every contract.
    subject = next((str(value) for name, value in data.items() if name.endswith("_id")), "by-hand")
    producer = source.removeprefix("omnibus.")
    return Metadata(event_id, datetime.now(UTC), producer, subject, correlation_id=event_id).as_json()


def _either(given: Mapping[str, Any], name: str, other: str, which: str) -> str:
    found = given.get(name, given.get(other))
    if not isinstance(found, str) or not found:
        raise UnusableError(f"{which} has no {name}")
    return found
