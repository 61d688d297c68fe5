"""A function sees its own process, the virtual clock and the plane's chance, and nothing outside changes."""

import json
import os
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bus.local.functions import Function, Settings
from bus.local.plane import Plane

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
Make = Callable[..., Function]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """`make(code)`: a function whose handler is `handle` in `code`; all of them are of one service package."""
    package = tmp_path / "teams" / "orders"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "teams", raising=False)

    def build(code: str, *, plane: Plane | None = None, module: str = "handlers", **settings: Any) -> Function:
        (package / f"{module}.py").write_text(code)
        settings = {"name": module, "handler": f"teams.orders.{module}.handle", **settings}
        plane = plane or Plane(start=START)
        return Function(plane, Settings(**settings), plane.arn("lambda", f"function:{settings['name']}"))

    return build


def answer_of(function: Function, event: object = None) -> Any:
    return json.loads(function.invoke(json.dumps(event).encode()).payload)


def test_two_functions_of_one_service_have_an_environment_and_modules_each(make: Make):
    code = "import os\nTABLE = os.environ['TABLE']\nseen = []\ndef handle(event, _):\n seen.append(event)\n"
    code += " return TABLE, os.environ.get('PYTEST_CURRENT_TEST'), seen\n"
    first = make(code, name="first", environment={"TABLE": "one"})
    second = make(code, name="second", environment={"TABLE": "two"})

    answers = [answer_of(first, 1), answer_of(second, 2), answer_of(first, 3)]

    assert answers == [["one", None, [1]], ["two", None, [2]], ["one", None, [1, 3]]]


def test_the_process_outside_is_as_it_was_afterwards(make: Make):
    code = "import os, sys, random\ndef handle(event, _):\n os.environ['LEAK'] = 'x'\n random.random()\n"
    function = make(code)
    before = (dict(os.environ), sys.stdout, os.urandom, time.sleep, random.getstate())

    function.invoke(b"{}")

    assert (dict(os.environ), sys.stdout, os.urandom, time.sleep, random.getstate()) == before
    assert not [name for name in sys.modules if name.startswith("teams.orders")]
    assert abs(time.time() - START.timestamp()) > 3600


def test_modules_imported_while_a_handler_runs_are_the_functions_own(make: Make, tmp_path: Path):
    (tmp_path / "teams" / "orders" / "late.py").write_text("import os\nTABLE = os.environ['TABLE']\n")
    code = "def handle(event, _):\n from teams.orders import late\n return late.TABLE\n"
    first = make(code, name="first", environment={"TABLE": "one"})
    second = make(code, name="second", environment={"TABLE": "two"})

    answers = [answer_of(first), answer_of(second), answer_of(first)]

    assert answers == ["one", "two", "one"]


def test_lambdas_own_variables_are_set(make: Make):
    function = make("import os\ndef handle(event, _):\n return dict(os.environ)\n", memory=512)

    variables = answer_of(function)

    assert variables["AWS_REGION"] == "us-east-1"
    assert variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "512"
    assert variables["AWS_LAMBDA_LOG_GROUP_NAME"] == "/aws/lambda/handlers"
    assert variables["AWS_LAMBDA_LOG_STREAM_NAME"].startswith("2026/03/01/[$LATEST]")


def test_a_handler_sees_the_virtual_time(make: Make):
    code = "import time\nfrom datetime import UTC, datetime\ndef handle(event, _):\n"
    code += " return time.time(), datetime.now(UTC).isoformat()\n"
    plane = Plane(start=START)
    function = make(code, plane=plane)

    first = answer_of(function)
    plane.engine.run_to(START.timestamp() + 90.5)
    second = answer_of(function)

    assert first == [START.timestamp(), "2026-03-01T12:00:00+00:00"]
    assert second == [START.timestamp() + 90.5, "2026-03-01T12:01:30.500000+00:00"]


def test_local_time_in_a_function_is_utc_wherever_the_platform_runs(make: Make, monkeypatch: pytest.MonkeyPatch):
    function = make("from datetime import datetime\ndef handle(event, _):\n return datetime.now().isoformat()\n")
    with monkeypatch.context() as there:
        there.setenv("TZ", "America/New_York")
        time.tzset()

        answer = answer_of(function)

        assert answer == "2026-03-01T12:00:00"
        assert time.tzname[0] == "EST"
    time.tzset()


def test_sleeping_passes_the_functions_time_without_waiting(make: Make):
    code = "import time\nfrom time import sleep\ndef handle(event, context):\n before = time.time()\n sleep(2)\n"
    code += " return time.time() - before, context.get_remaining_time_in_millis()\n"
    function = make(code, timeout=5)

    answer = answer_of(function)

    assert answer == [2.0, 3000]


def test_nobody_sleeps_for_less_than_no_time(make: Make):
    function = make("import time\ndef handle(event, context):\n time.sleep(-1)\n")

    assert answer_of(function)["errorType"] == "ValueError"


def test_a_function_that_sleeps_past_its_timeout_is_killed_and_starts_cold(make: Make):
    code = "import time\ncalls = []\ndef handle(event, context):\n calls.append(event)\n try:\n  time.sleep(event)\n"
    code += " except Exception:\n  pass\n return len(calls)\n"
    function = make(code)
    answer_of(function, 1)

    killed = function.invoke(b"60")
    after = answer_of(function, 1)

    assert killed.failed
    assert json.loads(killed.payload)["errorMessage"].endswith("Task timed out after 3.00 seconds")
    assert after == 1


def test_a_seed_gives_the_same_ids_again(make: Make):
    code = "import os, random, secrets, uuid\ndef handle(event, _):\n"
    code += " return str(uuid.uuid4()), os.urandom(4).hex(), secrets.token_hex(4), random.random()\n"

    answers = [answer_of(make(code, plane=Plane(seed=seed, start=START))) for seed in (1, 1, 2)]

    assert answers[0] == answers[1] != answers[2]


def test_how_much_one_function_draws_changes_nothing_for_another(make: Make):
    draws = "import os\nos.urandom({0})\ndef handle(event, _):\n os.urandom({0})\n"
    code = "import uuid\ndef handle(event, _):\n return str(uuid.uuid4())\n"

    def id_after(count: int) -> str:
        plane = Plane(start=START)
        make(draws.format(count), plane=plane, module="drawing").invoke(b"1")
        return str(answer_of(make(code, plane=plane)))

    assert id_after(1) == id_after(1000)


def test_what_a_function_prints_and_logs_is_kept_in_its_log(make: Make, capsys: pytest.CaptureFixture[str]):
    code = "import logging\nfrom aws_lambda_powertools import Logger\nlogger = Logger(service='orders')\n"
    code += "def handle(event, _):\n print('printed', event)\n logging.warning('plain')\n logger.info('structured')\n"
    first, second = make(code, name="first"), make(code, name="second")

    for function in (first, second, first):
        function.invoke(b"1")

    assert [line.split(",")[0] for line in second.log.lines()] == [
        "printed 1",
        second.log.lines()[1],
        '{"level":"INFO"',
    ]
    assert second.log.lines()[1].endswith("plain")
    assert len(first.log.lines()) == 6
    assert capsys.readouterr() == ("", "")


def test_a_logger_of_the_same_service_in_this_process_does_not_take_a_functions_lines(make: Make):
    from aws_lambda_powertools import Logger  # noqa: PLC0415 - what a service's own tests do

    outside = Logger(service="shared-name")
    code = "from aws_lambda_powertools import Logger\nlogger = Logger(service='shared-name')\n"
    function = make(code + "def handle(event, _):\n logger.info('said inside')\n")

    function.invoke(b"1")

    assert outside.name == "shared-name"
    [line] = function.log.lines()
    assert json.loads(line)["message"] == "said inside"


def test_an_error_is_answered_as_lambda_does(make: Make):
    function = make("def handle(event, _):\n raise ValueError('no such order')\n")

    answer = function.invoke(b"{}", request_id="r-1")

    assert answer.failed
    payload = json.loads(answer.payload)
    assert {key: payload[key] for key in ("errorMessage", "errorType", "requestId")} == {
        "errorMessage": "no such order",
        "errorType": "ValueError",
        "requestId": "r-1",
    }
    assert len(payload["stackTrace"]) == 1
    assert function.log.lines()[0] == "[ERROR] ValueError: no such order"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("import no_such_package\n", "Runtime.ImportModuleError"),
        ("other = 1\n", "Runtime.HandlerNotFound"),
        ("def handle(:\n", "Runtime.UserCodeSyntaxError"),
        ("def handle(event, _):\n return 'x' * 6_291_556\n", "Function.ResponseSizeTooLarge"),
        ("raise KeyError('TABLE')\n", "KeyError"),
        ("def handle(event, _):\n return object()\n", "Runtime.MarshalError"),
        ("import sys\nsys.exit(3)\n", "Runtime.ExitError"),
    ],
)
def test_what_cannot_start_or_be_answered_says_so(make: Make, code: str, kind: str):
    function = make(code)

    answer = function.invoke(b"{}", request_id="r-1")

    assert answer.failed
    assert json.loads(answer.payload)["errorType"] == kind
    assert "r-1" in answer.payload.decode()


def test_a_function_may_run_another_of_its_service(make: Make, monkeypatch: pytest.MonkeyPatch):
    plane = Plane(start=START)
    inner = make(
        "import os, time\ndef handle(event, _):\n time.sleep(1)\n return os.environ['WHO']\n",
        plane=plane,
        module="inner",
        environment={"WHO": "inner"},
    )
    outer = make(
        "import os, sys, time\nimport teams.orders.outer as own\ndef handle(event, _):\n"
        " seen = own.invoke()\n return seen, os.environ['WHO'], time.time(), 'teams.orders.inner' in sys.modules\n"
        "def invoke():\n from bus.local.functions.function import TESTED\n"
        " return TESTED.invoke(b'{}').payload.decode()",
        plane=plane,
        module="outer",
        environment={"WHO": "outer"},
    )
    monkeypatch.setattr("bus.local.functions.function.TESTED", inner, raising=False)

    answer = answer_of(outer)

    assert answer == ['"inner"', "outer", START.timestamp(), False]


def test_invocations_at_once_have_an_environment_each(make: Make):
    plane = Plane(start=START)
    code = "import time\ncalls = []\ndef handle(event, _):\n calls.append(event)\n time.sleep(event)\n"
    function = make(code + " return len(calls)\n", plane=plane)

    answers = [function.invoke(b"2"), function.invoke(b"1")]
    plane.engine.run_to(START.timestamp() + 1)
    answers.append(function.invoke(b"0"))

    assert [(answer.payload, answer.seconds) for answer in answers] == [(b"1", 2.0), (b"1", 1.0), (b"2", 0.0)]


@pytest.mark.parametrize(
    ("code", "said"), [("1", "exit status 1"), ("'why'", "exit status 1"), ("0", "without providing")]
)
def test_a_function_that_ends_its_process_is_an_error_and_starts_cold(make: Make, code: str, said: str):
    source = "import sys\ncalls = []\ndef handle(event, _):\n calls.append(event)\n"
    function = make(source + f" if event: sys.exit({code})\n return len(calls)\n")
    function.invoke(b"0")

    ended = function.invoke(b"1")

    payload = json.loads(ended.payload)
    assert (ended.failed, payload["errorType"]) == (True, "Runtime.ExitError")
    assert said in payload["errorMessage"]
    assert answer_of(function, 0) == 1
