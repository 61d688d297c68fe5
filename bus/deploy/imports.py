"""What a module imports, read from its source and never by running it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_LOADERS = {"import_module", "__import__"}


@dataclass(frozen=True, slots=True)
class Imports:
    """The full names that a module imports, and whether it `does` anything: more than hold a docstring.

    Of `from package import name` both "package" and "package.name" are there, for the name may be a module's.
    """

    names: frozenset[str]
    does: bool


@lru_cache(maxsize=4096)
def imports_of(source: bytes, package: str) -> Imports:
    """The imports of a module in `package` (for an `__init__`, the package itself; "" at the top).

    Those inside functions count, and those for type checkers too: a package whose `__getattr__` loads its parts
    names them there. So do `import_module("name")` and `__import__("name")`. A source that is no Python imports
    nothing: it fails when it is run, and says why.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return Imports(frozenset(), does=True)
    does = any(not _is_text(statement) for statement in tree.body)
    return Imports(frozenset(_names(tree, package)) if does else frozenset(), does)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _names(tree: ast.Module, package: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _imported_from(node, package)
        elif isinstance(node, ast.Call):
            yield from _loaded(node)


def _imported_from(node: ast.ImportFrom, package: str) -> Iterator[str]:
    above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
    origin = ".".join([*filter(None, above), *([node.module] if node.module else [])])
    if origin:
        yield origin
        yield from (f"{origin}.{alias.name}" for alias in node.names if alias.name != "*")


def _loaded(call: ast.Call) -> Iterator[str]:
    function = call.func
    name = getattr(function, "attr", None) or getattr(function, "id", None)
    if name in _LOADERS and call.args:
        first = call.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str) and not first.value.startswith("."):
            yield first.value
