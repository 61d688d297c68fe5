"""Each function's own modules, as each Lambda has its own process."""

import importlib
import sys
from types import ModuleType


def isolated_part(module: str) -> str:
    """The package that a function has for itself: the first two names of its handler's module.

    "services.orders" of "services.orders.handlers", "bus.infra" of "bus.infra.guard.handlers". Everything below
    it is imported anew for each function; everything else (bus.sdk, schemas, boto3) is shared.
    """
    return ".".join(module.split(".")[:2])


class ModuleTree:
    """The modules of one function below its isolated part, set aside while the function does not run.

    `enter` and `leave` nest, so one function may invoke another of the same service.
    """

    def __init__(self, part: str) -> None:
        self._part = part
        self._own: dict[str, ModuleType] = {}
        self._hidden: list[dict[str, ModuleType]] = []

    def enter(self) -> None:
        """Hide whatever modules of the part are loaded, and show this function's own."""
        self._hidden.append(_take_out(self._part))
        _put_in(self._part, self._own)

    def leave(self) -> None:
        """Set this function's modules aside, those it imported meanwhile included, and bring back the others."""
        self._own = _take_out(self._part)
        _put_in(self._part, self._hidden.pop())

    def load(self, module: str) -> ModuleType:
        """Import the handler's module; only between `enter` and `leave`."""
        return importlib.import_module(module)


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
