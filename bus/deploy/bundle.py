"""What a function's deployment package holds of this project.

Packages of others are not copied: under `bus up` they come from this environment, as a layer's would.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bus.deploy.imports import imports_of

_LEFT_OUT_FOLDERS = {"tests", "__pycache__", "node_modules"}
_LEFT_OUT_FILES = {"template.yaml", "template.yml", "py.typed"}
_CODE = {".py", ".pyc", ".pyi"}


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of a function: `folder` holds them, `files` says where each came from, by its path in the folder.

    `digest` is that of all paths and contents: equal bundles have equal digests, whenever and wherever they were built.
    """

    folder: Path
    files: Mapping[str, Path]
    digest: str


def build(root: Path, handler: str, into: Path) -> Bundle:
    """Copy what the function `handler` ("package.module.function") needs to `into/<digest>`, unless it is there.

    That is the handler's module, every module below `root` that it imports, however indirectly, with the packages
    they lie in, and the data of these packages: whatever is no Python below the folder of a package of which a
    module is taken that does something (an `__init__` that only holds a docstring does nothing). Tests, templates
    of stacks, READMEs and hidden files stay behind. Modules at the top of `root` bring no data: beside them lies
    what belongs to the project and not to a function. A handler whose module is not there makes an empty bundle,
    which fails as Lambda would.
    """
    modules = _modules(root, handler.replace("/", ".").rpartition(".")[0])
    contents = {path: source for path, source, _ in modules}
    for path in _data(root, modules):
        content = _read(path)
        if content is not None:
            contents[path] = content
    files = {path.relative_to(root).as_posix(): path for path in contents}
    digest = hashlib.sha256()
    for name in sorted(files):
        content = contents[files[name]]
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    folder = into / digest.hexdigest()[:32]
    if not folder.is_dir():
        _write(folder, {name: contents[path] for name, path in files.items()})
    return Bundle(folder, dict(sorted(files.items())), folder.name)


def _modules(root: Path, first: str) -> list[tuple[Path, bytes, bool]]:
    """Path and source of each module, and whether it does anything; packages before what lies in them."""
    found: dict[str, tuple[Path, bytes, bool] | None] = {}
    waiting = [first]
    while waiting:
        for name in _with_packages(waiting.pop()):
            if name in found:
                continue
            found[name] = None
            path = _source(root, name)
            source = None if path is None else _read(path)
            if path is None or source is None:
                continue
            imports = imports_of(source, name if path.name == "__init__.py" else name.rpartition(".")[0])
            found[name] = path, source, imports.does
            waiting.extend(imports.names)
    return [module for module in found.values() if module is not None]


def _read(path: Path) -> bytes | None:
    """None for what is gone: an editor or git may be at work."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _with_packages(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[: count + 1]) for count in range(len(parts)))


def _source(root: Path, module: str) -> Path | None:
    if not module:
        return None
    place = root.joinpath(*module.split("."))
    package = place / "__init__.py"
    if package.is_file():
        return package
    alone = place.with_name(f"{place.name}.py")
    return alone if alone.is_file() else None


def _data(root: Path, modules: list[tuple[Path, bytes, bool]]) -> Iterator[Path]:
    folders = {path.parent for path, _, does in modules if does} - {root}
    for folder in sorted(folders):
        if folders.isdisjoint(folder.parents):
            yield from _files_below(folder)


def _files_below(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT_FOLDERS and not name.startswith("."))
        for name in sorted(names):
            if _is_data(name):
                yield Path(place, name)


def _is_data(name: str) -> bool:
    return (
        Path(name).suffix not in _CODE
        and name not in _LEFT_OUT_FILES
        and not name.startswith((".", "README"))
        and not name.endswith("~")
    )


def _write(folder: Path, contents: Mapping[str, bytes]) -> None:
    """All or nothing: another process may build the same bundle, and this one may be killed."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=folder.parent))
    building.chmod(0o755)
    for name, content in contents.items():
        path = building / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    try:
        building.rename(folder)
    except OSError:
        shutil.rmtree(building)
        if not folder.is_dir():
            raise
