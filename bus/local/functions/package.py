"""A deployment package: the files that a function is made of."""

import base64
import hashlib
import io
import shutil
import sys
import sysconfig
import tempfile
import weakref
import zipfile
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bus.local.errors import PlaneError

TASK_ROOT = "/var/task"


class PackageError(PlaneError):
    """The archive is no ZIP file, or holds no files that can be written."""


class Package:
    """An archive, and the folder it is unpacked into when a function first starts from it.

    The folder goes when it is removed, when nothing holds the package any more, or with this process.
    """

    def __init__(self, archive: bytes) -> None:
        """Raises PackageError."""
        self._archive = archive
        try:
            with zipfile.ZipFile(io.BytesIO(archive)) as files:
                self._names = files.namelist()
                self.unpacked_size = sum(each.file_size for each in files.infolist())
        except zipfile.BadZipFile as error:
            raise PackageError(str(error)) from error

    def __getstate__(self) -> dict[str, Any]:
        """Without the folder, which is this process's."""
        return {name: value for name, value in self.__dict__.items() if name not in {"folder", "_removal"}}

    @classmethod
    def inline(cls, source: str) -> "Package":
        """The package of a template's inline code: one module, `index` (CloudFormation, AWS::Lambda::Function Code)."""
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w") as files:
            files.writestr(zipfile.ZipInfo("index.py", (1980, 1, 1, 0, 0, 0)), source)
        return cls(whole.getvalue())

    @property
    def size(self) -> int:
        """Bytes of the archive."""
        return len(self._archive)

    @cached_property
    def sha256(self) -> str:
        """As CodeSha256 gives it, in base64."""
        return base64.b64encode(hashlib.sha256(self._archive).digest()).decode()

    @cached_property
    def folder(self) -> Path:
        """Where the files are. Raises PackageError."""
        folder = Path(tempfile.mkdtemp(prefix="function-"))
        self._removal = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        try:
            with zipfile.ZipFile(io.BytesIO(self._archive)) as files:
                files.extractall(folder)
        except (OSError, zipfile.BadZipFile, RuntimeError) as error:
            raise PackageError(str(error)) from error
        return folder

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The top-level modules that the function has for itself.

        What this process has installed is shared instead, as a layer would be: a bundled boto3 would talk to AWS.
        """
        tops = {name.split("/")[0].removesuffix(".py") for name in self._names}
        return tuple(sorted(top for top in tops if top.isidentifier() and not _shared(top)))

    def remove(self) -> None:
        """Delete the folder, if there is one."""
        if "folder" in self.__dict__:
            self._removal()
            del self.__dict__["folder"]


def _shared(module: str) -> bool:
    # The plane itself runs on `bus`, and must not see it exchanged.
    if module in sys.stdlib_module_names or module in {"bus", "__main__"}:
        return True
    spec = find_spec(module)
    places = [] if spec is None else [*([spec.origin] if spec.origin else ()), *(spec.submodule_search_locations or ())]
    installed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    return any(place.startswith(one) for place in places for one in installed)
