"""Functions that cannot be loaded, take too long or die."""

import json
import time

import pytest


def test_a_handler_whose_module_cannot_be_imported(project):
    project.write("app.py", "import nowhere_at_all\n")

    error = project.fails()

    assert error["errorType"] == "Runtime.ImportModuleError"
    assert error["errorMessage"] == "Unable to import module 'app': No module named 'nowhere_at_all'"


def test_a_handler_that_is_not_there(project):
    project.write("app.py", "")

    assert project.fails()["errorType"] == "Runtime.HandlerNotFound"
    assert project.fails("missing.handler")["errorMessage"] == (
        "Unable to import module 'missing': No module named 'missing'"
    )
    assert project.fails("nothing")["errorType"] == "Runtime.MalformedHandlerName"


def test_a_module_that_raises_when_it_is_imported(project):
    project.write("app.py", "raise ValueError('TABLE_NAME is not set')\n")

    error = project.fails()

    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "TABLE_NAME is not set")


def test_a_function_is_killed_at_its_timeout(project, alive):
    project.write(
        "app.py",
        """
        import os, subprocess, time

        def handler(event, context):
            if event:
                child = subprocess.Popen(["sleep", "60"])
                print("pids", os.getpid(), child.pid)
                time.sleep(60)
            return "warm"
        """,
    )
    project.call(timeout=0.5)

    began = time.monotonic()
    (answer,) = project.invoke(work := project.work(event=1, timeout=0.5))

    assert 0.5 <= time.monotonic() - began < 1
    assert answer.failed
    assert json.loads(answer.payload) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {work.request_id} Error: Task timed out after 0.50 seconds",
    }
    pids = [int(word) for word in answer.log.split("pids ")[1].splitlines()[0].split()]
    assert not any(alive(pid) for pid in pids), "what it started goes with it"
    assert f"{work.request_id} Task timed out after 0.50 seconds\n" in answer.log
    assert answer.log.rstrip().endswith("Status: timeout")
    assert project.call(timeout=0.5) == "warm"


@pytest.mark.parametrize(
    ("end", "message"),
    [
        ("os._exit(3)", "Runtime exited with error: exit status 3"),
        ("os._exit(0)", "Runtime exited without providing a reason"),
        ("sys.exit('enough')", "Runtime exited with error: exit status 1"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "Runtime exited with error: signal: killed"),
        ("ctypes.string_at(0)", "Runtime exited with error: signal: segmentation fault"),
    ],
)
def test_a_process_that_ends_is_a_failed_invocation(project, end, message):
    project.write(
        "app.py",
        f"""
        import ctypes, os, resource, signal, sys
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        def handler(event, context):
            return "well" if event else {end}
        """,
    )

    (answer,) = project.invoke(work := project.work())

    assert json.loads(answer.payload) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {work.request_id} Error: {message}",
    }
    assert answer.failed
    assert "Status: error\tError Type: Runtime.ExitError" in answer.log
    assert project.call(event=1) == "well"


def test_a_process_that_ends_while_it_is_loaded(project):
    project.write("app.py", "import os\nos._exit(4)\n")

    assert project.fails()["errorMessage"].endswith("Runtime exited with error: exit status 4")


def test_a_warm_process_that_died_in_its_sleep_costs_nobody_an_invocation(project, alive):
    project.write(
        "app.py",
        """
        import os, threading, time

        def handler(event, context):
            if event:
                threading.Thread(target=lambda: (time.sleep(0.02), os._exit(1))).start()
            return os.getpid()
        """,
    )
    pid = project.call(event=1)
    project.until(lambda: not project.processes.running())

    assert not alive(pid)
    assert project.call() != pid


def test_a_start_of_more_than_ten_seconds_is_done_again_within_the_timeout(project, monkeypatch):
    monkeypatch.setattr("bus.local.processes.environment.INIT_TIMEOUT", 0.3)
    project.write(
        "app.py",
        """
        import os, time
        first = not os.path.exists(os.environ["MARK"])
        open(os.environ["MARK"], "a").write("started\\n")
        time.sleep(60 if first or os.environ.get("ALWAYS") else 0)

        def handler(event, context):
            return "started again"
        """,
    )
    mark = project.root / "mark"

    assert project.call(environment={"MARK": str(mark)}, timeout=5) == "started again"
    error = project.fails(name="never", environment={"MARK": str(mark), "ALWAYS": "1"}, timeout=0.4)

    assert error["errorMessage"].endswith("Task timed out after 0.40 seconds")
    assert mark.read_text().count("started") == 4


def test_a_killed_mother_is_replaced(project, alive):
    project.write("app.py", "import os\ndef handler(event, context):\n    return [os.getpid(), os.getppid()]\n")
    child, mother = project.call()

    project.kill(mother)
    project.until(lambda: not alive(child))

    assert project.call()[1] != mother


def test_a_thread_does_not_keep_a_process_that_could_not_be_loaded(project):
    project.write("app.py", "import threading, time\nthreading.Thread(target=time.sleep, args=[60]).start()\n1 / 0\n")

    assert project.fails()["errorType"] == "ZeroDivisionError"
    project.until(lambda: not project.processes.running())
