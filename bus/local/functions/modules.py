"""Each function's own modules, as each Lambda has its own process."""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import ClassVar


def isolated_part(module: str) -> str:
    """The package that a function has for itself: the first two names of its handler's module.

    "services.orders" of "services.orders.handlers", "bus.infra" of "bus.infra.guard.handlers". Everything below
    it is imported anew for each function; everything else (bus.sdk, schemas, boto3) is shared.
    """
    return ".".join(module.split(".")[:2])


class ModuleTree:
    """The modules of one function below its isolated parts, set aside while the function does not run.

    With a `folder`, modules are looked for there first. `enter` and `leave` nest, so one function may invoke another
    of the same service.
    """

    _folders: ClassVar[list[str]] = []

    def __init__(self, parts: Sequence[str], folder: Path | None = None) -> None:
        self._parts, self.folder = parts, None if folder is None else str(folder)
        self._own: dict[str, dict[str, ModuleType]] = {part: {} for part in parts}
        self._hidden: list[dict[str, dict[str, ModuleType]]] = []
        self._paths: list[list[str]] = []

    def enter(self) -> None:
        """Hide whatever modules of the parts are loaded, and show this function's own."""
        self._hidden.append({part: _take_out(part) for part in self._parts})
        for part in self._parts:
            _put_in(part, self._own[part])
        self._show_folder()

    def leave(self) -> None:
        """Set this function's modules aside, those it imported meanwhile included, and bring back the others."""
        self._own = {part: _take_out(part) for part in self._parts}
        for part, modules in self._hidden.pop().items():
            _put_in(part, modules)
        self._hide_folder()

    def load(self, module: str) -> ModuleType:
        """Import the handler's module; only between `enter` and `leave`."""
        return importlib.import_module(module)

    def _show_folder(self) -> None:
        if self.folder is None and not self._folders:
            return
        self._paths.append(list(sys.path))
        kept = [path for path in sys.path if path not in self._folders]
        sys.path[:] = kept if self.folder is None else [self.folder, *kept]
        if self.folder is not None:
            self._folders.append(self.folder)

    def _hide_folder(self) -> None:
        if self.folder is not None:
            self._folders.pop()
        if self._paths:
            sys.path[:] = self._paths.pop()


class _Loaded:
    """The names below a part in `sys.modules`, looked up again only when modules came or went."""

    names: dict[str, list[str]] = {}  # noqa: RUF012 - a cache of the process, as sys.modules is
    size: dict[str, int] = {}  # noqa: RUF012 - as above


def _take_out(part: str) -> dict[str, ModuleType]:
    if _Loaded.size.get(part) != len(sys.modules):
        _Loaded.names[part] = [name for name in sys.modules if name == part or name.startswith(part + ".")]
    taken = {name: sys.modules.pop(name) for name in _Loaded.names[part] if name in sys.modules}
    _Loaded.names[part], _Loaded.size[part] = [], len(sys.modules)
    return taken


def _put_in(part: str, modules: dict[str, ModuleType]) -> None:
    sys.modules.update(modules)
    _Loaded.names[part], _Loaded.size[part] = list(modules), len(sys.modules)
    _bind(part, modules.get(part))


def _bind(part: str, root: ModuleType | None) -> None:
    """`from services import orders` reads the attribute of the parent package, not `sys.modules`."""
    above, _, name = part.rpartition(".")
    parent = sys.modules.get(above)
    if parent is None:
        return
    if root is not None:
        setattr(parent, name, root)
    else:
        vars(parent).pop(name, None)
