"""The pytest fixture `platform` of service teams, in a project of its own."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

TEMPLATE = "Resources:\n  Letters:\n    Type: AWS::SQS::Queue\n"
Run = Callable[[str], str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the text of a test module in a project with the template `letters/template.yaml`; what pytest said."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/template.yaml").write_text(TEMPLATE)

    def said(text: str) -> str:
        (tmp_path / "test_it.py").write_text(f"import pytest\n\n{text}")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py", "--strict-markers"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603 - pytest itself
        return done.stdout + done.stderr

    return said


def test_the_fixture_deploys_the_templates_of_its_mark_with_its_seed_and_anomalies(run: Run) -> None:
    answer = run("""
@pytest.mark.platform(templates=["letters/template.yaml"], seed=7, twice=1.0, late=0.5)
def test_it(platform):
    assert platform.find("Letters").rpartition("/")[2].startswith("letters-Letters-")
    assert platform.plane.anomalies.twice()


@pytest.mark.platform(templates=["letters/template.yaml"])
def test_no_anomalies_unless_they_are_asked_for(platform):
    assert not platform.plane.anomalies.twice()
""")

    assert "2 passed" in answer


def test_a_mark_with_arguments_that_it_does_not_take_says_so(run: Run) -> None:
    wrong = ("seeds=7", "'letters/template.yaml'", "templates='letters/template.yaml'")
    tests = (f"@pytest.mark.platform({each})\ndef test_{n}(platform):\n    pass\n" for n, each in enumerate(wrong))

    answer = run("\n\n".join(tests))

    said = " ".join(answer.split())
    assert "test_it.py::test_0: the mark platform takes no seeds; it is platform(templates=None, seed=0, " in said
    assert "test_it.py::test_1: the mark platform takes no 'letters/template.yaml'; it is platform(" in said
    assert "test_it.py::test_2: templates of the mark platform is a list of paths" in said
    assert "3 errors" in said


def test_a_project_without_templates_says_which_one_is_missing(run: Run) -> None:
    answer = run("def test_it(platform):\n    pass\n")

    assert "bus/infra/template.yaml" in answer
    assert "1 error" in answer
