"""What every contract must be, beyond being JSON Schema."""

from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from bus.contracts.errors import ContractError
from bus.contracts.keywords import DIALECT, Schema, unknown, within

HOST = "https://omnibus.example/schemas"


def check(path: Path, schema: Schema) -> None:
    """Raises ContractError for the first rule that the contract in `path` breaks."""
    check_type(path, schema)
    if schema.get("type") != "object":
        raise ContractError(path, "/type", "the data of an event is an object")
    if not schema.get("examples"):
        raise ContractError(path, "/examples", "a contract shows at least one example")


def check_examples(path: Path, bundled: Schema) -> None:
    """Raises ContractError for the first example that its own contract refuses."""
    validator = Draft202012Validator(bundled, format_checker=Draft202012Validator.FORMAT_CHECKER)
    for index, example in enumerate(bundled["examples"]):
        for error in validator.iter_errors(example):
            raise ContractError(path, f"/examples/{index}{_pointer(error.absolute_path)}", error.message)


def check_type(path: Path, schema: Schema) -> None:
    """The rules that hold for shared types as well."""
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise ContractError(path, _pointer(error.absolute_path), error.message) from error
    expected = {"$schema": DIALECT, "$id": f"{HOST}/{path.parent.name}/{path.name}"}
    for keyword, value in expected.items():
        if schema.get(keyword) != value:
            raise ContractError(path, f"/{keyword}", f"must be {value!r}")
    for pointer, node in within(schema):
        _check_node(path, pointer, node)


def _check_node(path: Path, pointer: str, node: Schema) -> None:
    for word, meant in unknown(node):
        hint = f" (is {meant} meant?)" if meant else ""
        raise ContractError(
            path, f"{pointer}/{word}", f'JSON Schema has no such keyword{hint}; our own begin with "x-"'
        )
    if "description" not in node and "$ref" not in node and node.get("type") != "null":
        raise ContractError(path, pointer, "says nothing of what it means: give it a description")
    if node.get("type") == "object" and node.get("additionalProperties") is not False:
        raise ContractError(path, pointer, 'an object is closed: "additionalProperties": false')
    if node.get("type") == "number":
        raise ContractError(path, pointer, "fractions do not travel exactly: count in a smaller unit as an integer")
    _check_reference(path, pointer, node.get("$ref", "#"))


def _check_reference(path: Path, pointer: str, reference: str) -> None:
    if reference.startswith("#"):
        return
    file = (path.parent / reference).resolve()
    if file.parent != (path.parent.parent / "types").resolve() or not file.is_file():
        raise ContractError(path, f"{pointer}/$ref", f"{reference!r} is no file of the folder `types`")


def _pointer(path: Any) -> str:
    return "".join(f"/{step}" for step in path)
