"""The contracts of the package `schemas`, compiled once for each kind of event."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import jsonschema_rs

from schemas.registry import UnknownContractError, contract_for
from services.analytics.domain import Columns, RejectedEventError, columns_of

_FAULTS_SHOWN = 5


@dataclass(frozen=True)
class _Compiled:
    source: str
    validator: jsonschema_rs.Validator
    columns: Columns


class PackagedContracts:
    """Checks events against the contracts that were bundled with this function."""

    def __init__(self) -> None:
        self._compiled: dict[str, _Compiled] = {}

    def check(self, event: Mapping[str, Any]) -> Columns:
        """See `ports.Contracts`; the reasons name paths and never repeat a value, which may be personal."""
        contract = self._contract(event)
        data = _data(event)
        if event.get("source") != contract.source:
            raise RejectedEventError(
                f"{event['detail-type']} belongs to {contract.source}, not to {event.get('source')}"
            )
        if not contract.validator.is_valid(data):
            raise RejectedEventError(*_faults(contract.validator, data))
        return contract.columns

    def _contract(self, event: Mapping[str, Any]) -> _Compiled:
        detail_type = event.get("detail-type")
        if not isinstance(detail_type, str):
            raise RejectedEventError("the record is no EventBridge event: it has no detail-type")
        if detail_type not in self._compiled:
            self._compiled[detail_type] = _compile(detail_type)
        return self._compiled[detail_type]


def _compile(detail_type: str) -> _Compiled:
    try:
        contract = contract_for(detail_type)
    except UnknownContractError as error:
        raise RejectedEventError(f"no contract describes {detail_type}") from error
    validator = jsonschema_rs.validator_for(contract.schema, validate_formats=True)
    return _Compiled(contract.source, validator, columns_of(detail_type, contract.schema))


def _data(event: Mapping[str, Any]) -> Any:
    detail = event.get("detail")
    if not isinstance(detail, dict) or not isinstance(detail.get("metadata"), dict) or "data" not in detail:
        raise RejectedEventError("the detail has no metadata and data")
    return detail["data"]


def _faults(validator: jsonschema_rs.Validator, data: Any) -> list[str]:
    return [_fault(error) for error in islice(validator.iter_errors(data), _FAULTS_SHOWN)]


def _fault(error: jsonschema_rs.ValidationError) -> str:
    path = "/".join(("data", *(str(part) for part in error.instance_path)))
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        return f"{path} has no {error.kind.property}"
    return f"{path} breaks the contract's {error.schema_path[-1]}"
