"""An edit is taken up without a restart."""

import time


def test_the_next_invocation_runs_the_new_code_within_a_second(project, alive):
    project.write("app/__init__.py", '"""A package."""\n')
    project.write("app/inner.py", "VALUE = 1\n")
    project.write(
        "app/main.py", "import os\nfrom app.inner import VALUE\ndef handler(e, c): return [VALUE, os.getpid()]\n"
    )
    project.write("other.py", "import os\ndef handler(e, c): return os.getpid()\n")
    value, pid = project.call("app.main.handler")
    other = project.call("other.handler")
    assert value == 1

    project.write("app/inner.py", "VALUE = 2\n")
    began = time.monotonic()
    project.until(lambda: project.changes)

    assert project.call("app.main.handler")[0] == 2
    assert time.monotonic() - began < 1
    assert project.changes == [("app-main-handler", [project.root / "app/inner.py"])]
    project.until(lambda: not alive(pid))
    assert project.call("other.handler") == other, "what did not change stays warm"


def test_what_runs_while_the_code_changes_finishes_with_the_old_code(project):
    source = "import time\ndef handler(e, c):\n    time.sleep(e or 0)\n    return 'old'\n"
    project.write("app.py", source)
    project.call()

    async def edited_meanwhile():
        project.write("app.py", source.replace("old", "new"))

    answer = []
    project.runner.run(edited_meanwhile())
    (running,) = project.invoke(project.work(event=0.8))
    answer = project.call()

    assert running.payload == b'"old"'
    assert len(project.changes) == 1, "it was noticed meanwhile"
    assert answer == "new"


def test_a_syntax_error_fails_as_on_lambda_and_the_next_edit_mends_it(project):
    project.write("app.py", "def handler(e, c): return 1\n")
    project.call()

    project.write("app.py", "def handler(e, c) return 1\n")
    project.until(lambda: len(project.changes) == 1)
    error = project.fails()
    project.write("app.py", "def handler(e, c): return 3\n")
    project.until(lambda: len(project.changes) == 2)

    assert error["errorType"] == "Runtime.UserCodeSyntaxError"
    assert error["errorMessage"].startswith("Syntax error in module 'app': expected ':' (app.py, line 1)")
    assert project.call() == 3


def test_a_file_that_comes_to_be_is_taken_up(project):
    project.write("app/main.py", "import app.later\ndef handler(e, c): return app.later.VALUE\n")
    missing = project.fails("app.main.handler")

    project.write("app/later.py", "VALUE = 5\n")
    project.until(lambda: project.changes)

    assert missing["errorType"] == "Runtime.ImportModuleError"
    assert project.call("app.main.handler") == 5


def test_data_beside_the_code_counts_too(project):
    project.write("app/texts/hello.txt", "hello")
    project.write(
        "app/main.py",
        """
        from pathlib import Path
        def handler(e, c): return (Path(__file__).parent / "texts/hello.txt").read_text()
        """,
    )
    before = project.call("app.main.handler")

    project.write("app/texts/hello.txt", "good morning")
    project.until(lambda: project.changes)

    assert (before, project.call("app.main.handler")) == ("hello", "good morning")
