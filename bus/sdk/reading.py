"""The tolerant side: an event is right when what its consumer reads of it is right."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from bus.sdk.claim_check import ClaimChecks
from bus.sdk.envelope import Metadata, Received, event_id_in
from bus.sdk.errors import ContractViolationError, Fault, NotAnEventError, UnknownEventError


class Reader:
    """Makes `Received` of EventBridge's JSON, for the models that a consumer declares.

    The check is the model's own, strict about every field that it names ("3" is no integer) and deaf to
    every other, even where the model is a generated one and closed: pydantic's `extra="ignore"` at the call
    reaches every level, and costs nothing next to pruning by the contract, which would also make a consumer
    depend on fields that it does not read. JSON text is what pydantic can be strict about and still take
    an instant or a UUID from a string.
    """

    def __init__(self, models: Sequence[type[BaseModel]], claim_checks: ClaimChecks) -> None:
        self._models = {_key(model): model for model in models}
        self._claim_checks = claim_checks

    @property
    def detail_types(self) -> tuple[str, ...]:
        """The events of the declared models."""
        return tuple(detail_type for _, detail_type in self._models)

    def read(self, event: Mapping[str, Any]) -> Received[Any]:
        """Raises UnknownEventError, ContractViolationError, ClaimCheckError."""
        source, detail_type, detail = event["source"], event["detail-type"], event["detail"]
        if not isinstance(detail, Mapping):
            raise ContractViolationError(detail_type, None, [Fault("detail", "is not an object")])
        model = self._models.get((source, detail_type))
        if model is None:
            raise UnknownEventError(source, detail_type, event_id_in(detail.get("metadata")), self.detail_types)
        metadata = Metadata.from_json(detail_type, detail.get("metadata"))
        return Received(self._data(model, metadata, detail, detail_type), metadata, source, detail_type)

    def _data(self, model: type[BaseModel], metadata: Metadata, detail: Mapping[str, Any], detail_type: str) -> Any:
        claim = detail.get("claim_check")
        text = json.dumps(detail.get("data")) if claim is None else self._claim_checks.redeem(claim)
        try:
            return model.model_validate_json(text, strict=True, extra="ignore")
        except ValidationError as error:
            faults = [
                Fault(".".join(["data", *map(str, one["loc"])]), one["type"])
                for one in error.errors(include_url=False, include_context=False, include_input=False)
            ]
            # Not from the error, which quotes the data.
            raise ContractViolationError(detail_type, metadata.event_id, faults) from None


def _key(model: Any) -> tuple[str, str]:
    source, detail_type = getattr(model, "source", None), getattr(model, "detail_type", None)
    if not isinstance(source, str) or not isinstance(detail_type, str) or not hasattr(model, "model_validate_json"):
        raise NotAnEventError(model)
    return source, detail_type
