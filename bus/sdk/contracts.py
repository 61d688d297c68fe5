"""The strict side: whatever leaves a service is exactly what its contract describes."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema_rs import ValidationError, Validator, validator_for

from bus.sdk.errors import ContractViolationError, Fault
from schemas.registry import contract_for


def check(source: str, detail_type: str, event_id: str | None, data: Any) -> None:
    """Raises ContractViolationError with every fault of `data`, and UnknownContractError for an event nobody owns."""
    owned_by, validator = _compiled(detail_type)
    if source != owned_by:
        raise ContractViolationError(detail_type, event_id, [Fault("source", f"is not {owned_by!r}")])
    if not validator.is_valid(data):
        raise ContractViolationError(detail_type, event_id, list(_faults(validator, data)))


@cache
def _compiled(detail_type: str) -> tuple[str, Validator]:
    contract = contract_for(detail_type)
    # The mask keeps the values, which may be personal data, out of every message.
    return contract.source, validator_for(contract.schema, validate_formats=True, mask="the value")


def _faults(validator: Validator, data: Any) -> Iterator[Fault]:
    for error in validator.iter_errors(data):
        yield Fault(_path(error), error.message)


def _path(error: ValidationError) -> str:
    return ".".join(["data", *map(str, error.instance_path)])
