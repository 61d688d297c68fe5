"""How many processes there are, and which one runs what."""

import json
import time

COUNTING = """
import os, time
calls = 0

def handler(event, context):
    global calls
    calls += 1
    time.sleep(event or 0)
    return [os.getpid(), calls]
"""


def test_a_warm_process_keeps_its_globals(project):
    project.write("app.py", COUNTING)

    answers = [project.call() for _ in range(3)]

    assert [calls for _, calls in answers] == [1, 2, 3]
    assert len({pid for pid, _ in answers}) == 1


def test_three_at_once_run_in_three_processes_which_stay_for_the_next_three(project):
    project.write("app.py", COUNTING)
    works = [[project.work(event=0.2) for _ in range(3)] for _ in range(2)]
    project.invoke(*works[0])

    began = time.monotonic()
    answers = [json.loads(answer.payload) for answer in project.invoke(*works[1])]

    assert time.monotonic() - began < 0.5, "they ran at the same time"
    assert len({pid for pid, _ in answers}) == 3
    assert [calls for _, calls in answers] == [2, 2, 2]


def test_the_process_used_last_is_used_first(project):
    project.write("app.py", COUNTING)
    project.invoke(project.work(event=0.1), project.work(event=0.2))
    last = project.call()[0]

    assert [project.call()[0] for _ in range(3)] == [last] * 3


def test_free_processes_end_after_a_while_and_only_so_many_are_kept(project, monkeypatch, alive):
    monkeypatch.setattr("bus.local.processes.pool.KEPT", 2)
    project.write("app.py", COUNTING)
    answers = project.invoke(*(project.work(event=0.1) for _ in range(4)))
    pids = [json.loads(answer.payload)[0] for answer in answers]

    project.until(lambda: sum(map(alive, pids)) == 2)
    monkeypatch.setattr("bus.local.processes.pool.KEPT_SECONDS", 0.01)
    project.until(lambda: project.sweep() or not any(map(alive, pids)))

    assert project.call()[1] == 1


def test_other_settings_mean_another_process(project, alive):
    project.write("app.py", "import os\ndef handler(event, context):\n    return [os.getpid(), os.environ.get('A')]\n")
    before, _ = project.call(environment={"A": "1"})

    after, value = project.call(environment={"A": "2"})

    assert (after != before, value) == (True, "2")
    project.until(lambda: not alive(before))


def test_versions_of_one_function_stay_warm_side_by_side(project):
    project.write("app.py", COUNTING)

    counts = [project.call(version=version)[1] for version in ("1", "2", "1", "2")]

    assert counts == [1, 1, 2, 2]


def test_processes_draw_different_random_numbers(project):
    project.write(
        "app.py",
        """
        import random, secrets, time, uuid

        def handler(event, context):
            time.sleep(0.1)
            return [random.random(), secrets.token_hex(), str(uuid.uuid4())]
        """,
    )

    first, second = (json.loads(answer.payload) for answer in project.invoke(project.work(), project.work()))

    assert all(one != other for one, other in zip(first, second, strict=True))
