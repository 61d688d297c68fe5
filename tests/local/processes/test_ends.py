"""No process outlives the platform."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

SLEEPING = """
import os, subprocess, time

def handler(event, context):
    child = subprocess.Popen(["sleep", "600"])
    print("pids", os.getpid(), os.getppid(), child.pid)
    time.sleep(event)
"""

PARENT = """
import asyncio, sys
from pathlib import Path
from bus.local.functions import Settings
from bus.local.processes import Processes
from bus.local.world import Work

async def main():
    root = Path(sys.argv[1])
    processes = Processes(root, root / ".omnibus", lambda work: {}, logged=lambda *line: print(line[2], flush=True))
    for name in ("one", "two"):
        arn = "arn:aws:lambda:eu-west-1:123456789012:function:" + name
        work = Work(arn, Settings(name, "app.handler", timeout=100), "role", None, b"100", "request-" + name)
        processes.start(work, print)
    await asyncio.sleep(100)

asyncio.run(main())
"""


def test_nothing_is_left_after_close_and_what_ran_is_answered(project, alive):
    project.write("app.py", SLEEPING)
    answers = []

    async def start_and_close():
        for _ in range(2):
            project.processes.start(project.work(event=100, timeout=200), answers.append)
        await project.wait_until(lambda: sum(line.startswith("pids") for _, _, line in project.lines) == 2)
        began = time.monotonic()
        await project.processes.close()
        return time.monotonic() - began

    took = project.runner.run(start_and_close())

    pids = [int(pid) for _, _, line in project.lines if line.startswith("pids") for pid in line.split()[1:]]
    assert len(set(pids)) == 5, "two functions, what each started, and the mother"
    assert not any(map(alive, pids))
    assert took < 2
    assert [json.loads(answer.payload)["errorMessage"].partition(" Error: ")[2] for answer in answers] == [
        "Runtime exited with error: signal: killed"
    ] * 2


def test_work_that_comes_while_it_starts_or_after_close_is_answered_too(project):
    project.write("app.py", "def handler(event, context):\n    return 1\n")
    answers = []

    async def close_at_once():
        project.processes.start(project.work(), answers.append)
        await project.processes.close()
        project.processes.start(project.work(), answers.append)
        await project.wait_until(lambda: len(answers) == 2)

    project.runner.run(close_at_once())

    assert [answer.failed for answer in answers] == [True, True]
    assert project.pids() == []


def test_nothing_is_left_after_the_platform_is_killed(tmp_path: Path, alive):
    (tmp_path / "app.py").write_text(SLEEPING)
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:  # noqa: S603 - our own program
        pids: list[int] = []
        while len(pids) < 6:
            line = parent.stdout.readline()
            assert line, "the platform ended by itself"
            pids += [int(pid) for pid in line.split()[1:]] if line.startswith("pids") else []
        os.kill(parent.pid, signal.SIGKILL)

    until = time.monotonic() + 5
    while any(map(alive, pids)) and time.monotonic() < until:
        time.sleep(0.01)  # a process that is not ours can only be looked at

    assert [pid for pid in pids if alive(pid)] == []


def test_an_invocation_is_answered_when_no_process_can_be_started(project):
    project.write("app.py", "def handler(event, context):\n    return 1\n")
    project.call(environment={"FIRST": "1"})
    answers = []

    async def start_with_no_files_left():
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        try:
            project.processes.start(project.work(), answers.append)
            await project.wait_until(lambda: answers)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    project.runner.run(start_with_no_files_left())

    assert json.loads(answers[0].payload)["errorType"] == "Runtime.ExitError"
    assert "no process could be started: Too many open files" in answers[0].log
    assert project.call() == 1


def test_nothing_stays_open(project):
    project.write("app.py", "def handler(event, context):\n    return 1\n")
    project.call()
    before = project.runner.run(open_files_of_a_running_loop())

    for number in range(5):
        project.call(environment={"NUMBER": str(number)})
        project.fails("missing.handler", environment={"NUMBER": str(number)})
    project.until(lambda: open_files() == before + 1)  # the log of one more function

    assert project.processes.running() == {"app-handler": 1}
    assert len(project.pids()) == 2, "the mother and the one that is warm"


async def open_files_of_a_running_loop():
    return open_files()


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))
