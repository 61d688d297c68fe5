"""What a function's bundle holds."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bus.deploy import Bundle, build

Built = Callable[..., Bundle]


@pytest.fixture
def built(tmp_path: Path) -> Built:
    """`built(handler, {path: text})`: the bundle of a project with these files."""

    def bundle(handler: str, files: dict[str, str]) -> Bundle:
        shutil.rmtree(tmp_path / "project", ignore_errors=True)
        for name, text in files.items():
            path = tmp_path / "project" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return build(tmp_path / "project", handler, tmp_path / "bundles")

    return bundle


def test_only_what_the_handler_imports_however_indirectly(built):
    bundle = built(
        "app.handlers.handler",
        {
            "app/__init__.py": "",
            "app/handlers.py": "import json, boto3\nfrom app.usecases import order",
            "app/usecases.py": "def order():\n    from lib import prices\n",
            "app/unused.py": "",
            "lib/__init__.py": "",
            "lib/prices.py": "",
            "lib/unused.py": "import app.unused",
            "alone.py": "",
        },
    )

    assert list(bundle.files) == [
        "app/__init__.py",
        "app/handlers.py",
        "app/usecases.py",
        "lib/__init__.py",
        "lib/prices.py",
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "import app.part.inner",
        "import app.part.inner as x",
        "from app.part import inner",
        "from app.part.inner import name",
        "from .part import inner",
        "from . import part; from .part import inner",
        "from .part.inner import *",
        "if TYPE_CHECKING:\n    from app.part import inner",
        "try:\n    import app.part.inner\nexcept ImportError:\n    pass",
        "importlib.import_module('app.part.inner')",
        "__import__('app.part.inner')",
    ],
)
def test_every_way_to_import_a_module(built, statement):
    files = {"app/main.py": statement, "app/part/__init__.py": "", "app/part/inner.py": ""}

    assert list(built("app.main.handler", {**files, "app/__init__.py": ""}).files) == sorted(
        [*files, "app/__init__.py"]
    )
    assert list(built("app.main.handler", files).files) == sorted(files), "without an __init__ too"


def test_an_init_imports_relative_to_its_own_package(built):
    files = {
        "app/__init__.py": "from .first import a\nfrom .deep import b",
        "app/first.py": "",
        "app/deep/__init__.py": "from ..second import c",
        "app/second.py": "",
        "app/main.py": "",
    }

    assert list(built("app.main.handler", files).files) == sorted(files)


def test_a_handler_may_be_a_module_at_the_top_or_be_written_with_slashes(built):
    assert list(built("index.handler", {"index.py": "", "pyproject.toml": "", "secrets.json": ""}).files) == [
        "index.py"
    ]
    assert list(built("app/main.handler", {"app/main.py": ""}).files) == ["app/main.py"]


def test_the_data_of_packages_that_do_something_comes_along(built):
    bundle = built(
        "services.mails.main.handler",
        {
            "services/__init__.py": '"""Holds a docstring."""',
            "services/other/texts/c.txt": "",
            "services/mails/__init__.py": "",
            "services/mails/main.py": "import contracts",
            "services/mails/texts/a.txt.j2": "",
            "services/mails/texts/deep/b.txt.j2": "",
            "services/mails/template.yaml": "",
            "services/mails/README.md": "",
            "services/mails/.env": "",
            "services/mails/tests/example.json": "",
            "services/mails/__pycache__/main.cpython-311.pyc": "",
            "services/mails/unused.py": "",
            "contracts/__init__.py": "import json",
            "contracts/orders/Order.json": "{}",
            "contracts/orders/__init__.py": "",
        },
    )

    assert list(bundle.files) == [
        "contracts/__init__.py",
        "contracts/orders/Order.json",
        "services/__init__.py",
        "services/mails/__init__.py",
        "services/mails/main.py",
        "services/mails/texts/a.txt.j2",
        "services/mails/texts/deep/b.txt.j2",
    ]


def test_the_folder_holds_copies(built):
    bundle = built("app.main.handler", {"app/main.py": "import app.texts", "app/texts.py": "A = 1", "app/a.txt": "ä"})

    held = {path.relative_to(bundle.folder).as_posix() for path in bundle.folder.rglob("*") if path.is_file()}
    assert held == set(bundle.files)
    bundle.files["app/texts.py"].write_text("A = 2")
    assert (bundle.folder / "app/texts.py").read_text() == "A = 1"


def test_equal_files_make_the_same_bundle_and_an_edit_makes_another(built):
    files = {"app/main.py": "import app.part", "app/part.py": "A = 1", "app/unused.py": "B = 1"}
    first = built("app.main.handler", files)

    assert built("app.main.handler", files).folder == first.folder
    assert built("app.main.handler", {**files, "app/unused.py": "B = 2"}).digest == first.digest
    assert built("app.main.handler", {**files, "app/part.py": "A = 2"}).digest != first.digest
    assert sorted(path.name for path in first.folder.parent.iterdir()) == sorted(
        {first.digest, built("app.main.handler", {**files, "app/part.py": "A = 2"}).digest}
    ), "nothing half built is left beside them"


def test_a_source_with_a_syntax_error_is_taken_as_it_is(built):
    bundle = built(
        "app.main.handler",
        {"app/main.py": "import app.part\nimport app.broken", "app/part.py": "", "app/broken.py": "def"},
    )

    assert list(bundle.files) == ["app/broken.py", "app/main.py", "app/part.py"]


@pytest.mark.parametrize("handler", ["nowhere.handler", "handler", "", "os.path.join"])
def test_a_handler_that_is_not_there_makes_an_empty_bundle(built, handler):
    bundle = built(handler, {"app/main.py": ""})

    assert (dict(bundle.files), list(bundle.folder.iterdir())) == ({}, [])
