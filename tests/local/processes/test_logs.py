"""What functions write, and what Lambda writes around it."""

import re

NOISY = """
import logging, sys
print("loaded")

def handler(event, context):
    print("to stdout")
    print("to stderr", file=sys.stderr)
    logging.getLogger().warning("a warning")
    sys.stdout.write("unfinished")
    if event:
        raise ValueError("two\\nlines")
"""


def test_lines_of_an_invocation_lie_between_its_start_and_its_report(project):
    project.write("app.py", NOISY)
    works = [project.work(memory=256), project.work(memory=256)]
    for work in works:
        project.invoke(work)

    first, second = ([line for _, request, line in project.lines if request == work.request_id] for work in works)

    assert first[:4] == ["loaded", f"START RequestId: {works[0].request_id} Version: $LATEST", "to stdout", "to stderr"]
    assert re.fullmatch(rf"\[WARNING\]\t[-\d]+T[:.\d]+Z\t{works[0].request_id}\ta warning", first[4])
    assert first[5:7] == ["unfinished", f"END RequestId: {works[0].request_id}"]
    report = (
        r"REPORT RequestId: request-\d\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\t"
        r"Max Memory Used: (\d+) MB\t"
    )
    assert re.fullmatch(report + r"Init Duration: \d+\.\d\d ms\t", first[7])
    assert int(re.match(report, first[7])[1]) > 5
    assert second[0] == f"START RequestId: {works[1].request_id} Version: $LATEST"
    assert re.fullmatch(report, second[-1]), "a warm invocation has no init duration"


def test_an_error_is_logged_as_the_runtime_writes_it(project):
    project.write("app.py", NOISY)

    (answer,) = project.invoke(project.work(event=1))

    assert "unfinished[ERROR] ValueError: two\nlines\nTraceback (most recent call last):\n" in answer.log
    assert 'raise ValueError("two\\nlines")' in answer.log


def test_the_answer_has_the_last_four_kilobytes_of_its_log(project):
    project.write("app.py", "def handler(event, context):\n    for n in range(1000): print('ä line', n)\n")

    (answer,) = project.invoke(work := project.work())

    assert 4000 < len(answer.log.encode()) <= 4096
    assert "ä line 999\nEND RequestId" in answer.log
    assert answer.log.rstrip().splitlines()[-1].startswith(f"REPORT RequestId: {work.request_id}")
    assert project.lines[2][2] == "ä line 1", "all of it is in the log itself"


def test_the_log_file_has_every_line_with_its_instant(project):
    project.write("app.py", NOISY)
    project.call()

    kept = project.processes.logs.path("app-handler").read_text("utf-8").splitlines()

    assert [line.split(" ", 1)[1] for line in kept] == [line for _, _, line in project.lines]
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ", line) for line in kept)


def test_a_log_file_that_grows_large_is_put_aside(project, monkeypatch):
    monkeypatch.setattr("bus.local.processes.logs.LARGEST", 2000)
    project.write("app.py", "def handler(event, context):\n    for n in range(40): print('a line of some length', n)\n")

    for _ in range(5):
        project.call()

    path = project.processes.logs.path("app-handler")
    assert path.with_suffix(".log.1").stat().st_size > 2000
    assert not path.exists() or path.stat().st_size <= 2000
