"""When a template counts as new, as changed, and as gone."""

from pathlib import Path

import pytest

from bus.local.up.templates import Templates


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("bus/infra", "services/late"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "template.yaml").write_text(folder)
    return tmp_path


def stacks(templates: Templates, *, settled: bool = True) -> list[str]:
    return [source.stack for source in templates.changed(settled=settled)]


def test_at_the_start_every_template_is_new_the_bus_first(project: Path) -> None:
    templates = Templates(project)

    found = list(templates.changed(settled=False))

    assert [(each.stack, each.origin, each.body) for each in found] == [
        ("infra", "bus/infra/template.yaml", "bus/infra"),
        ("late", "services/late/template.yaml", "services/late"),
    ]
    assert stacks(templates, settled=False) == []


def test_one_that_is_being_written_is_left_until_it_rests(project: Path) -> None:
    templates = Templates(project)
    stacks(templates, settled=False)
    path = project / "services/late/template.yaml"

    path.write_text("half")
    first = stacks(templates)
    path.write_text("half and half")
    second, third = stacks(templates), stacks(templates)

    assert (first, second, third) == ([], [], ["late"])


def test_one_that_is_deleted_is_told_once_and_is_new_when_it_comes_back(project: Path) -> None:
    templates = Templates(project)
    stacks(templates, settled=False)
    path = project / "services/late/template.yaml"
    path.unlink()

    gone = []
    for _ in range(4):
        stacks(templates)
        gone.append(templates.gone())
    path.write_text("again")

    assert gone == [[], ["late"], [], []]
    assert (stacks(templates), stacks(templates)) == ([], ["late"])


def test_one_that_an_editor_replaces_is_not_gone(project: Path) -> None:
    templates = Templates(project)
    stacks(templates, settled=False)
    path = project / "services/late/template.yaml"
    path.unlink()
    stacks(templates)
    first = templates.gone()
    path.write_text("anew")
    stacks(templates)

    assert (first, templates.gone(), stacks(templates)) == ([], [], ["late"])


def test_a_project_without_templates_has_no_stacks(tmp_path: Path) -> None:
    assert stacks(Templates(tmp_path), settled=False) == []
