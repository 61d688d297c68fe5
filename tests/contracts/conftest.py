"""Every contract of the repository, judged by all who check it."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property
from importlib import import_module
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import strategies as st

from bus.contracts import models, registry
from bus.contracts.registry import Contract
from schemas.event import Event

CONTRACTS = registry.load().contracts
_OFFSETS = [UTC, timezone(timedelta(hours=-11)), timezone(timedelta(hours=5, minutes=45))]


class Judges:
    """Who must agree: jsonschema (tools), jsonschema-rs (the hot path) and the model (the code)."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.compiled = jsonschema_rs.validator_for(contract.schema, validate_formats=True)
        self.tools = jsonschema.Draft202012Validator(
            contract.schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        )

    @cached_property
    def model(self) -> type[Event]:
        module = import_module(f"schemas.{self.contract.owner}.{models.module_of(self.contract)}")
        model: type[Event] = getattr(module, self.contract.model)
        return model

    def refused_by(self, instance: Any) -> set[str]:
        verdicts = {
            "jsonschema": self.tools.is_valid(instance),
            "jsonschema-rs": self.compiled.is_valid(instance),
            "model": self._model_accepts(instance),
        }
        return {judge for judge, accepted in verdicts.items() if not accepted}

    def _model_accepts(self, instance: Any) -> bool:
        try:
            self.model.model_validate_json(json.dumps(instance), strict=True)
        except ValueError:
            return False
        return True


@pytest.fixture(params=CONTRACTS, ids=lambda contract: contract.detail_type, scope="session")
def judges(request: pytest.FixtureRequest) -> Judges:
    """The judges of one contract; a test that asks for them runs once for each."""
    return Judges(request.param)


@pytest.fixture(scope="session")
def instances() -> Callable[[Mapping[str, Any]], st.SearchStrategy[Any]]:
    """A strategy for whatever a contract describes.

    It speaks the part of JSON Schema that contracts use: hypothesis-jsonschema 0.23.1, the last of its
    line, fails on any object with hypothesis 6.170 ("'many' object has no attribute 'more'").
    """
    return lambda schema: _drawn(schema, schema)


def _drawn(node: Mapping[str, Any], root: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if "$ref" in node:
        return _drawn(root["$defs"][node["$ref"].removeprefix("#/$defs/")], root)
    if "enum" in node:
        return st.sampled_from(node["enum"])
    if "anyOf" in node:
        return st.one_of(_drawn(branch, root) for branch in node["anyOf"])
    return _TYPES[node["type"]](node, root)


def _object(node: Mapping[str, Any], root: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    fields = {name: _drawn(field, root) for name, field in node["properties"].items()}
    required = {name: fields.pop(name) for name in node.get("required", ())}
    return st.fixed_dictionaries(required, optional=fields)


def _array(node: Mapping[str, Any], root: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    # Three above the least: what a longer array could show, its bound shows in the tests of the API.
    least = node.get("minItems", 0)
    return st.lists(
        _drawn(node["items"], root), min_size=least, max_size=min(node.get("maxItems", least + 3), least + 3)
    )


def _string(node: Mapping[str, Any], _: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    least, most = node.get("minLength", 0), node.get("maxLength")
    match node:
        case {"format": "uuid"}:
            return st.uuids().map(str)
        case {"format": "date-time"}:
            return st.datetimes(timezones=st.sampled_from(_OFFSETS)).map(datetime.isoformat)
        case {"pattern": pattern}:
            # Python's `$` also matches before a final line feed; ECMA-262's, which JSON Schema means, does not.
            return st.from_regex(pattern).filter(lambda text: text[-1:] != "\n" and least <= len(text) <= (most or 64))
        case _:
            return st.text(min_size=least, max_size=most)


_TYPES: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], st.SearchStrategy[Any]]] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": lambda node, _: st.integers(node.get("minimum"), node.get("maximum")),
    "boolean": lambda _, __: st.booleans(),
    "null": lambda _, __: st.none(),
}
