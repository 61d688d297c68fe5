"""Every contract of the repository, read and checked."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import schemas
from bus.contracts.errors import ContractError
from bus.contracts.rules import check, check_examples, check_type
from schemas.registry import bundled

_FILE = re.compile(r"(?P<name>[A-Z][A-Za-z0-9]*)\.v(?P<major>[1-9][0-9]*)\.json")
_SHARED = "types"


@dataclass(frozen=True)
class Contract:
    """One event as its owner describes it; `schema` is self-contained."""

    owner: str
    name: str
    major: int
    path: Path
    schema: Mapping[str, Any]

    @property
    def detail_type(self) -> str:
        return f"{self.name}.v{self.major}"

    @property
    def source(self) -> str:
        return f"omnibus.{self.owner}"

    @property
    def model(self) -> str:
        """The name of the class that is generated from it."""
        return f"{self.name}V{self.major}"


@dataclass(frozen=True)
class SharedType:
    """What several contracts refer to."""

    name: str
    path: Path
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class Registry:
    """The contracts and shared types under `root`, in order of their paths."""

    root: Path
    contracts: tuple[Contract, ...]
    types: tuple[SharedType, ...]

    def owners(self) -> list[str]:
        """Every service that owns an event."""
        return sorted({contract.owner for contract in self.contracts})

    def of(self, owner: str) -> list[Contract]:
        """The contracts of one service."""
        return [contract for contract in self.contracts if contract.owner == owner]


def load(root: Path | None = None) -> Registry:
    """Read every contract under `root`, the package `schemas` unless told otherwise.

    Raises ContractError for the first file that is no contract.
    """
    root = root or Path(schemas.__file__).parent
    types = tuple(_shared_type(path) for path in sorted(root.glob(f"{_SHARED}/*.json")))
    contracts = tuple(_contract(path) for path in _contract_files(root))
    _refuse_two_owners(contracts)
    return Registry(root, contracts, types)


def contracts_of(root: Path | None = None) -> tuple[Contract, ...]:
    """The contracts alone. Raises ContractError as `load` does."""
    return load(root).contracts


def _contract_files(root: Path) -> Iterator[Path]:
    return (path for path in sorted(root.glob("*/*.json")) if path.parent.name != _SHARED)


def _contract(path: Path) -> Contract:
    named = _FILE.fullmatch(path.name)
    if named is None:
        raise ContractError(path, "", "a contract's file is named <Event>.v<major>.json")
    check(path, _read(path))
    schema = bundled(path)
    check_examples(path, schema)
    return Contract(path.parent.name, named["name"], int(named["major"]), path, schema)


def _shared_type(path: Path) -> SharedType:
    schema = _read(path)
    check_type(path, schema)
    return SharedType(path.stem, path, schema)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        schema = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ContractError(path, "", f"not JSON: {error}") from error
    if not isinstance(schema, dict):
        raise ContractError(path, "", "a contract is a JSON object")
    return schema


def _refuse_two_owners(contracts: tuple[Contract, ...]) -> None:
    seen: dict[str, Contract] = {}
    for contract in contracts:
        other = seen.setdefault(contract.detail_type, contract)
        if other is not contract:
            raise ContractError(contract.path, "", f"{contract.detail_type} already belongs to {other.owner}")
