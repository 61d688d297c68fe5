"""Every function of the project's templates, built and loaded with nothing but its bundle and installed packages."""

import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bus.deploy import build

ROOT = Path(__file__).parents[2]
TEMPLATES = [*sorted(ROOT.glob("services/*/template.yaml")), ROOT / "bus/infra/template.yaml"]

# Loads a handler in a process without this project on its path.
LOADS = """
import importlib, sys
sys.path[:0] = [sys.argv[1]]
sys.path.append(sys.argv[2])
module, _, name = sys.argv[3].rpartition(".")
assert callable(getattr(importlib.import_module(module), name))
own = [m for m in sys.modules.values() if m.__name__.split(".")[0] in {"bus", "schemas", "services"}]
assert all(m.__file__.startswith(sys.argv[1]) for m in own), own
"""


class _Loader(yaml.SafeLoader):
    """Reads templates; what a tag such as !Ref gives is of no interest."""


def _text_of_tag(_loader: yaml.Loader, _tag: str, node: yaml.Node) -> str:
    return str(node.value)


_Loader.add_multi_constructor("!", _text_of_tag)


def under(key: str, document: Any) -> Iterator[Any]:
    """Every value of a key, wherever it is."""
    if isinstance(document, dict):
        yield from ([document[key]] if key in document else [])
    if isinstance(document, dict | list):
        for each in document.values() if isinstance(document, dict) else document:
            yield from under(key, each)


DOCUMENTS = [yaml.load(template.read_text(), _Loader) for template in TEMPLATES]  # noqa: S506 - a SafeLoader, as above
HANDLERS = sorted(set(under("Handler", DOCUMENTS)))
ENVIRONMENT = {
    "AWS_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    **{name: "something" for variables in under("Variables", DOCUMENTS) for name in variables},
    "POWERTOOLS_LOG_LEVEL": "INFO",
}


def test_there_are_functions():
    assert "services.orders.handlers.api.handler" in HANDLERS
    assert len(HANDLERS) >= 7


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_function_needs_nothing_but_its_bundle(handler, tmp_path):
    bundle = build(ROOT, handler, tmp_path)

    command = [sys.executable, "-I", "-S", "-c", LOADS, str(bundle.folder), sysconfig.get_path("purelib"), handler]
    ended = subprocess.run(  # noqa: S603 - our own program
        command, env=ENVIRONMENT, cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_function_carries_nothing_of_others(handler, tmp_path):
    own = "/".join(handler.split(".")[:2])

    files = build(ROOT, handler, tmp_path).files

    assert {name for name in files if name.startswith("services/")} == {
        name for name in files if name.startswith(f"{own}/")
    } | {"services/__init__.py"}
    assert {"/".join(name.split("/")[:2]) for name in files if name.startswith("bus/")} <= {
        "bus/__init__.py",
        "bus/sdk",
    }
    assert not [name for name in files if "test" in name or name.endswith((".md", ".yaml", ".pyc"))]
    assert [name for name in files if name.endswith("OrderPlaced.v1.json")], "the contracts are read at run time"


def test_texts_are_carried_by_the_service_that_reads_them(tmp_path):
    mails = build(ROOT, "services.notifications.handlers.email.handler", tmp_path).files

    assert "services/notifications/templates/email/OrderPlaced.v1.txt.j2" in mails


def test_a_bundle_whose_sources_were_read_before_takes_less_than_fifty_milliseconds(tmp_path):
    build(ROOT, "services.orders.handlers.api.handler", tmp_path)

    def seconds() -> float:
        began = time.perf_counter()
        build(ROOT, "services.orders.handlers.api.handler", tmp_path)
        return time.perf_counter() - began

    assert min(seconds() for _ in range(5)) < 0.05
