"""Which version of Omnibus writes a state: what a snapshot and a journal mean is known to the code that wrote them."""

import hashlib
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

import bus

_PARTS = ("local", "patterns", "schedule_expressions", "topology", "transformation")


@cache
def code_version() -> str:
    """A digest of the code that makes states, of moto's version and of Python's."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {version('moto')}".encode())
    for root in map(Path, bus.__path__):
        for path in sorted(path for part in _PARTS for path in (root / part).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
