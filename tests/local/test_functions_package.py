"""A function that comes in a package runs from its own files, and leaves nothing behind."""

import io
import json
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bus.local.functions import Function, Package, PackageError, Settings
from bus.local.plane import Plane

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def answer_of(function: Function, event: object = None) -> Any:
    return json.loads(function.invoke(json.dumps(event).encode()).payload)


def packaged(**files: str) -> Package:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/") + ".py", text)
    return Package(whole.getvalue())


def function_of(package: Package, **settings: Any) -> Function:
    plane = Plane(start=START)
    return Function(plane, Settings(name="packaged", handler="main.handle", **settings), "arn", package=package)


def test_a_package_has_its_modules_to_itself_and_shares_what_is_installed():
    code = "import boto3, helper\ndef handle(event, _):\n return helper.NAME, boto3.__name__\n"
    first = function_of(packaged(main=code, helper="NAME = 'first'\n", boto3="raise RuntimeError\n"))
    second = function_of(packaged(main=code, helper="NAME = 'second'\n"))
    before = (list(sys.path), Path.cwd())

    answers = [answer_of(each) for each in (first, second, first)]

    assert answers == [["first", "boto3"], ["second", "boto3"], ["first", "boto3"]]
    assert not {"main", "helper"} & sys.modules.keys()
    assert (list(sys.path), Path.cwd()) == before


def test_a_package_runs_in_its_folder_and_is_told_of_it():
    code = "import os, pathlib\ndef handle(event, _):\n"
    code += " return pathlib.Path('main.py').read_text()[:9], os.environ['LAMBDA_TASK_ROOT']\n"
    package = packaged(main=code)

    read, root = answer_of(function_of(package))

    assert (read, root) == ("import os", str(package.folder))


def test_a_package_that_is_removed_leaves_nothing_behind():
    package = packaged(main="def handle(event, _):\n return 1\n")
    answer_of(function_of(package))
    folder = package.folder

    package.remove()

    assert not folder.exists()


def test_a_package_that_nobody_holds_leaves_nothing_behind():
    package = packaged(main="")
    folder = package.folder
    assert folder.exists()

    del package

    assert not folder.exists()


def test_what_is_no_archive_is_no_package():
    with pytest.raises(PackageError):
        Package(b"no archive")


def test_a_packaged_function_may_run_one_of_this_project_and_another_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "case_project.py").write_text("def handle(event, _):\n return 'project'\n")
    monkeypatch.syspath_prepend(tmp_path)
    project = Function(Plane(start=START), Settings(name="project", handler="case_project.handle"), "arn")
    inner = function_of(packaged(main="import helper\ndef handle(event, _):\n return helper.NAME\n", helper="NAME = 1"))
    code = "import helper\nfrom bus.local.functions.function import Function\ndef handle(event, _):\n"
    code += " seen = [each.invoke(b'{}').payload.decode() for each in Function.tested]\n"
    code += " import late\n return [*seen, helper.NAME, late.NAME]\n"
    outer = function_of(packaged(main=code, helper="NAME = 2", late="NAME = 3"))
    monkeypatch.setattr(Function, "tested", [project, inner], raising=False)

    answer = answer_of(outer)

    assert answer == ['"project"', "1", 2, 3]
