"""What is a contract, and what is refused with its place."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bus.cli.schemas import schemas as command
from bus.contracts import models, registry
from bus.contracts.errors import ContractError
from schemas.registry import UnknownContractError, contract_for


def contract(**changes: Any) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://omnibus.example/schemas/shop/DoorOpened.v1.json",
        "title": "Door opened",
        "description": "A door opened.",
        "type": "object",
        "additionalProperties": False,
        "required": ["door"],
        "properties": {"door": {"description": "Which one.", "type": "string"}},
        "examples": [{"door": "front"}],
    } | changes


def written(root: Path, content: Any, name: str = "shop/DoorOpened.v1.json") -> Path:
    path = root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return root


def test_the_generated_models_are_fresh():
    stale = models.stale(registry.load())

    assert stale == []


def test_a_changed_contract_makes_its_model_stale_until_it_is_written(tmp_path: Path):
    contracts = registry.load(written(tmp_path, contract()))

    written_first = models.write(contracts)
    changed = contract(properties={"door": {"description": "Which one.", "type": "integer"}}, examples=[{"door": 1}])
    contracts = registry.load(written(tmp_path, changed))

    assert [path.name for path in written_first] == ["door_opened_v1.py", "__init__.py"]
    assert [path.name for path in models.stale(contracts)] == ["door_opened_v1.py"]


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ("{", ""),
        ([], ""),
        (contract(type="string"), "/type"),
        (contract(examples=[]), "/examples"),
        (contract(examples=[{"door": 1}]), "/examples/0/door"),
        (contract(**{"$id": "https://elsewhere.example"}), "/$id"),
        (contract(additionalProperties=True), ""),
        (contract(properties={"door": {"type": "string"}}), "/properties/door"),
        (contract(properties={"door": {"description": "Ratio.", "type": "number"}}), "/properties/door"),
        (contract(properties={"door": {"$ref": "../types/Nothing.json"}}), "/properties/door/$ref"),
        (contract(properties={"door": {"type": "sting", "description": "Which."}}), "/properties/door/type"),
        (contract(properties={"door": True}), "/properties/door"),
        (contract(exmaples=[]), "/exmaples"),
        (contract(anyOf=[{"requierd": ["door"]}]), "/anyOf/0/requierd"),
    ],
)
def test_what_is_no_contract_is_refused_with_its_file_and_place(tmp_path: Path, content: Any, pointer: str):
    root = written(tmp_path, content)

    with pytest.raises(ContractError) as refused:
        registry.load(root)

    assert refused.value.pointer == pointer
    assert str(refused.value).startswith(f"shop/DoorOpened.v1.json#{pointer}: ")


@pytest.mark.parametrize(
    ("word", "hint"),
    [("maxLenght", r" \(is maxLength meant\?\)"), ("minlength", r" \(is minLength meant\?\)"), ("team", "")],
)
def test_a_keyword_that_would_bind_nobody_is_refused(tmp_path: Path, word: str, hint: str):
    root = written(tmp_path, contract(properties={"door": {"description": "Which.", "type": "string", word: 5}}))

    with pytest.raises(ContractError, match=rf"#/properties/door/{word}: JSON Schema has no such keyword{hint};"):
        registry.load(root)


def test_keywords_of_our_own_begin_with_x(tmp_path: Path):
    door = {"description": "Which.", "type": "string", "x-pii": True}

    loaded = registry.load(written(tmp_path, contract(properties={"door": door})))

    assert loaded.contracts[0].schema["properties"]["door"]["x-pii"] is True


def test_an_event_has_one_owner(tmp_path: Path):
    root = written(tmp_path, contract())
    other = contract(**{"$id": "https://omnibus.example/schemas/works/DoorOpened.v1.json"})
    written(tmp_path, other, "works/DoorOpened.v1.json")

    with pytest.raises(ContractError, match=r"DoorOpened\.v1 already belongs to shop"):
        registry.load(root)


def test_a_file_that_names_no_major_version_is_refused(tmp_path: Path):
    root = written(tmp_path, contract(), "shop/DoorOpened.json")

    with pytest.raises(ContractError, match=r"<Event>\.v<major>\.json"):
        registry.load(root)


def test_a_contract_is_read_at_run_time_with_all_that_it_refers_to():
    placed = contract_for("OrderPlaced.v1")

    references = {part.split('"')[0] for part in json.dumps(placed.schema).split('"$ref": "')[1:]}
    assert (placed.owner, placed.source) == ("orders", "omnibus.orders")
    assert references == {"#/$defs/Line", "#/$defs/Money"}
    assert references <= {f"#/$defs/{name}" for name in placed.schema["$defs"]}


def test_an_event_that_nobody_owns_is_a_lookup_error():
    with pytest.raises(UnknownContractError, match=r"OrderBurnt\.v1"):
        contract_for("OrderBurnt.v1")


def test_the_command_lists_every_contract_plainly_into_a_pipe():
    listed = CliRunner().invoke(command, ["list"])

    rows = [tuple(line.split("\t")[:2]) for line in listed.output.splitlines()]
    assert rows == [(contract.detail_type, contract.source) for contract in registry.contracts_of()]
    assert ("OrderPlaced.v1", "omnibus.orders") in rows


def test_the_check_passes_on_what_is_committed():
    checked = CliRunner().invoke(command, ["generate", "--check"])

    assert checked.exit_code == 0
    assert checked.output == f"{len(registry.contracts_of())} contracts; every model is fresh\n"
