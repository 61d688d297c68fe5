"""The contracts at run time: the JSON files of this package, each made self-contained."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent

Schema = dict[str, Any]


class UnknownContractError(LookupError):
    """No service owns an event of this name and major version."""

    def __init__(self, detail_type: str) -> None:
        self.detail_type = detail_type
        super().__init__(f"no contract describes {detail_type!r}; look in the folder `schemas`")


@dataclass(frozen=True)
class Contract:
    """One event's contract; `schema` holds all that it refers to, so it can be compiled as it is."""

    owner: str
    source: str
    detail_type: str
    schema: Schema


@cache
def contract_for(detail_type: str) -> Contract:
    """The contract of a detail-type such as "OrderPlaced.v1". Raises UnknownContractError."""
    path = _paths().get(detail_type)
    if path is None:
        raise UnknownContractError(detail_type)
    owner = path.parent.name
    return Contract(owner, f"omnibus.{owner}", detail_type, bundled(path))


def bundled(path: Path) -> Schema:
    """The schema in `path`, with every other file that it refers to moved into its own `$defs`.

    A whole file is referred to ("../types/Money.json"), never a part of one, and its name is
    free in `$defs`; the checks of `bus schemas generate` hold both.
    """
    schema: Schema = json.loads(path.read_text("utf-8"))
    inlined: Schema = {}
    _inline(schema, path.parent, inlined)
    if inlined:
        schema["$defs"] = {**schema.get("$defs", {}), **inlined}
    return schema


@cache
def _paths() -> dict[str, Path]:
    return {path.stem: path for path in sorted(ROOT.glob("*/*.v*.json"))}


def _inline(node: Any, folder: Path, inlined: Schema) -> None:
    if isinstance(node, list):
        for child in node:
            _inline(child, folder, inlined)
    elif isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str) and not reference.startswith("#"):
            node["$ref"] = f"#/$defs/{_inlined_as(folder / reference, inlined)}"
        for child in node.values():
            _inline(child, folder, inlined)


def _inlined_as(path: Path, inlined: Schema) -> str:
    if path.stem not in inlined:
        inlined[path.stem] = {}  # taken before its own references are followed, which may lead back
        shared: Schema = json.loads(path.read_text("utf-8"))
        # An embedded resource with an $id would resolve references against itself, not against the contract.
        inlined[path.stem] = {key: value for key, value in shared.items() if key not in ("$id", "$schema")}
        _inline(inlined[path.stem], path.parent, inlined)
    return path.stem
