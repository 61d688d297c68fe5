"""A function cannot tell what was loaded before it from what it imported itself."""

import json
import subprocess
import sys
import sysconfig

import pytest

from bus.local.processes import preloading

# Prints the names of the variables that are read while the modules of its arguments are imported.
READS = """
import os, sys
sys.path.append(sys.argv[1])
read = set()

class Watched(type(os.environ)):
    def __getitem__(self, name):
        read.add(name)
        return super().__getitem__(name)

os.environ.__class__ = Watched
for module in sys.argv[2:]:
    __import__(module)
print(*sorted(read))
"""


@pytest.fixture
def libraries() -> tuple[str, ...]:
    return preloading.LIBRARIES


def test_what_libraries_read_when_they_are_imported_is_the_functions_own(project):
    project.write(
        "app.py",
        """
        import aws_lambda_powertools, logging, warnings
        from aws_lambda_powertools.shared.functions import powertools_debug_is_set

        def handler(event, context):
            return [powertools_debug_is_set(), logging.getLogger("aws_lambda_powertools").level]
        """,
    )

    plain = project.call(name="plain")

    debugging = project.call(name="debugging", environment={"POWERTOOLS_DEBUG": "true"})
    assert plain == [False, 0]
    assert debugging[0] is True
    assert debugging[1] == 10, "set by Powertools when it is imported"


def test_what_is_loaded_beforehand_reads_no_variable_that_a_function_may_set(tmp_path):
    modules = preloading.preloaded_modules({})

    command = [sys.executable, "-I", "-S", "-c", READS, sysconfig.get_path("purelib"), *modules]
    told = subprocess.run(  # noqa: S603 - our own program
        command, env={}, cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout.split()

    of_python = {"PYTHONUSERBASE", "PYTHONTZPATH", "_PYTHON_PROJECT_BASE", "_PYTHON_SYSCONFIGDATA_NAME"}
    known = {*preloading.SHARED, *preloading.READ_AT_IMPORT, *of_python}
    assert "HOME" in told, "botocore does"
    assert set(told) <= known


def test_loading_beforehand_starts_no_thread(project):
    project.write(
        "app.py", "import os, sys\ndef handler(e, c): return [os.listdir('/proc/self/task'), 'boto3' in sys.modules]\n"
    )

    (answer,) = project.invoke(project.work())

    threads, loaded = json.loads(answer.payload)
    assert loaded, "it was not imported here"
    assert len(threads) == 1, "a fork carries no threads along, and what waits for one would wait for ever"


def test_a_library_that_is_not_installed_is_none_to_load(project, monkeypatch):
    monkeypatch.setattr("bus.local.processes.preloading.LIBRARIES", ("not_installed_anywhere", "urllib3"))
    project.write("app.py", "import sys\ndef handler(e, c): return 'urllib3' in sys.modules\n")

    assert project.call() is True
