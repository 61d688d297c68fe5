"""`bus up` as a developer has it: where things are, what is picked up, and how it ends."""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
from botocore.exceptions import BotoCoreError

from tests.up.project import LONGEST_START, PROJECT, Platform, small_project

API = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ../..
      Runtime: python3.13
      Architectures: [arm64]
      Handler: services.late.handler.handler
      Events:
        Get: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /hello, Method: GET } }
"""
HELLO = """\
def handler(event, context):
    return {"statusCode": 200, "body": "hello"}
"""
SLEEPER = """\
import time


def handler(event, context):
    print("sleeps")
    time.sleep(9)
"""
NO_API = """\
Resources:
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: late } }
"""


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A small project's platform, that every test of this module may change."""
    with Platform(small_project(tmp_path_factory.mktemp("loop"))) as platform:
        yield platform


def bus(*arguments: object) -> "subprocess.CompletedProcess[str]":
    """The command, as a process of its own."""
    command = [sys.executable, "-m", "bus.cli", *map(str, arguments)]
    return subprocess.run(  # noqa: S603 - our own command
        command, capture_output=True, text=True, cwd=PROJECT, timeout=LONGEST_START, check=False
    )


def eventually(look: Callable[[], Any]) -> Any:
    """What `look` finds, once it finds something."""
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    pytest.fail("it does not come")


def said(platform: Platform, text: str, count: int = 1) -> str:
    """What the platform has said, once that has `text` so often."""

    def look() -> str | None:
        output = platform.output.read_text()
        return output if output.count(text) >= count else None

    try:
        return str(eventually(look))
    except pytest.fail.Exception:
        pytest.fail(f"{text!r} is not in: {platform.output.read_text()}")


def invoked(platform: Platform, function: str, payload: Any) -> Any:
    answer = platform.client("lambda").invoke(FunctionName=function, Payload=json.dumps(payload))
    return json.load(answer["Payload"])


def children(pid: int) -> list[int]:
    """The processes below a process, however deep; those that were orphaned are not among them."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout  # noqa: S607 - of this system
    parents = {int(line.split()[0]): int(line.split()[1]) for line in listed.splitlines()}
    found, waiting = [], [pid]
    while waiting:
        above = waiting.pop()
        below = [each for each, parent in parents.items() if parent == above]
        found += below
        waiting += below
    return found


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if _state(pid) not in {"", "Z"}]


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def test_it_says_in_whole_lines_and_without_colours_where_everything_is(up: Platform) -> None:
    output = said(up, "Ready in ")

    endpoint, stacks = (next(line for line in output.splitlines() if line.startswith(name)) for name in ("AWS", "stac"))
    assert endpoint.split() == ["AWS", "endpoint", up.endpoint, "export", f"AWS_ENDPOINT_URL={up.endpoint}"]
    assert stacks.split() == ["stacks", "infra", "created"]
    assert "\x1b" not in output


def test_the_flow_is_told_in_the_names_of_the_template(up: Platform) -> None:
    entry = {"EventBusName": "small", "Source": "case", "DetailType": "Told", "Detail": "{}"}
    up.client("events").put_events(Entries=[entry])

    output = said(up, "infra/Events")

    columns = [line[14:].split() for line in output.splitlines() if "Told" in line]
    assert [(column[2:5]) for column in columns] == [
        ["events", "PutEvents", "infra/Bus"],
        ["events", "archive", "infra/Archive"],
        ["events", "match", "infra/Rule"],
        ["sqs", "SendMessage", "infra/Events"],
        ["events", "deliver", "infra/Events"],
    ]


def test_a_function_that_logs_is_heard_below_its_hops(up: Platform) -> None:
    handler = up.project / "services/small/handler.py"
    before, told = handler.read_text(), up.output.read_text().count("runs new code")
    invoked(up, "writer", {"id": "warm"})
    handler.write_text(before.replace("    item =", '    print("writes", event["id"])\n    item ='))
    said(up, "runs new code", told + 1)

    invoked(up, "writer", {"id": "logged"})

    said(up, "infra/Writer | writes logged\n")


def test_changed_code_runs_and_is_told_in_one_line(up: Platform) -> None:
    invoked(up, "writer", {"id": "warm"})
    handler = up.project / "services/small/handler.py"
    told = up.output.read_text().count("runs new code")
    handler.write_text(handler.read_text().replace('"wrote"', '"has written"'))

    said(up, "infra/Writer runs new code: services/small/handler.py\n", told + 1)

    assert invoked(up, "writer", {"id": "new"}) == {"has written": "new"}


def test_code_that_cannot_be_loaded_fails_until_it_is_mended(up: Platform) -> None:
    handler = up.project / "services/small/handler.py"
    whole, told = handler.read_text(), up.output.read_text().count("runs new code")
    handler.write_text(whole.replace("def handler(", "def handler)"))
    said(up, "runs new code", told + 1)
    broken = invoked(up, "writer", {"id": "broken"})
    handler.write_text(whole)
    said(up, "runs new code", told + 2)

    assert broken["errorType"] == "Runtime.UserCodeSyntaxError"
    assert "errorType" not in invoked(up, "writer", {"id": "mended"})


def test_a_changed_template_updates_its_stack(up: Platform) -> None:
    template = up.project / "bus/infra/template.yaml"
    whole = template.read_text()
    template.write_text(whole + "  More: { Type: AWS::SQS::Queue, Properties: { QueueName: more } }\n")

    said(up, "stack infra updated\n")

    assert up.client("sqs").get_queue_url(QueueName="more")["QueueUrl"].endswith("/more")


def test_a_broken_template_is_told_once_with_its_place_and_changes_nothing(up: Platform) -> None:
    template = up.project / "bus/infra/template.yaml"
    whole = template.read_text()
    template.write_text(whole + "  Bad: { Type: AWS::SQS::Queue, Properties: { QueueName: !Ref Nobody } }\n")
    line = whole.count("\n") + 1

    output = said(up, f"stack infra was not changed: bus/infra/template.yaml:{line}: ")
    template.write_text(whole)
    said(up, "stack infra is as its template has it\n")

    assert "Nobody" in output
    assert "ERROR bus." not in up.output.read_text()  # the sentence is all there is to say
    assert up.output.read_text().count("was not changed") == 1
    assert up.client("sqs").get_queue_url(QueueName="work")["QueueUrl"].endswith("/work")


def test_a_new_service_is_deployed_and_its_api_has_an_address_for_as_long_as_it_is_there(up: Platform) -> None:
    folder = up.project / "services/late"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "handler.py").write_text(HELLO)
    (folder / "template.yaml").write_text(API)
    line = next(line for line in said(up, "late API is at ").splitlines() if line.startswith("late API is at "))
    address = line.rpartition(" ")[2]
    answer = urllib3.request("GET", f"{address}/hello")
    announced = json.loads((up.project / ".omnibus/up.json").read_text())["apis"]

    (folder / "template.yaml").write_text(NO_API)
    said(up, f"late API at {address} is gone\n")

    assert (answer.status, answer.data) == (200, b"hello")
    assert announced == {"late": address}
    with pytest.raises(urllib3.exceptions.MaxRetryError):
        urllib3.request("GET", f"{address}/hello", retries=0)


def test_the_stack_of_a_deleted_template_stays_and_that_is_told(up: Platform) -> None:
    folder = up.project / "services/brief"
    folder.mkdir()
    (folder / "template.yaml").write_text(
        "Resources: { Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: brief } } }\n"
    )
    said(up, "stack brief created\n")

    (folder / "template.yaml").unlink()

    stays = "the stack stays until: aws cloudformation delete-stack --stack-name brief\n"
    said(up, f"the template of brief is gone; {stays}")
    assert up.client("sqs").get_queue_url(QueueName="brief")["QueueUrl"].endswith("/brief")


def test_a_second_one_says_where_the_first_is(up: Platform) -> None:
    second = bus("up", "--project", up.project)

    assert second.returncode == 1
    where = f"at {up.endpoint} (process {up.process.pid})"
    assert second.stderr == f"Error: bus up is already running {where}; stop it with: bus down\n"


def test_a_taken_port_is_one_sentence_and_changes_nothing(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = bus("up", "--project", project, "--port", port)

    assert refused.returncode == 1
    assert refused.stderr == (
        f"Error: port {port} of 127.0.0.1 is taken by another program; stop that program or choose another port: "
        "bus up --port PORT\n"
    )
    assert [path.name for path in (project / ".omnibus").iterdir()] == ["up.lock"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_stops_cleanly_and_goes_on_from_there(up: Platform, number: signal.Signals) -> None:
    invoked(up, "writer", {"id": number.name})
    below = children(up.process.pid)
    assert below, "there was nothing to leave behind"

    status = up.stop(number)

    left = alive(below)
    up.start()
    assert (status, left) == (0, [])
    assert up.client("dynamodb").get_item(TableName="things", Key={"id": {"S": number.name}})["Item"]


def test_a_second_interrupt_ends_it_at_once_and_loses_nothing(up: Platform) -> None:
    """An answer under way has a second to go out, unless whoever stops the platform cannot wait for that."""
    invoked(up, "writer", {"id": "hurried"})
    handler = up.project / "services/small/handler.py"
    told = up.output.read_text().count("runs new code")
    handler.write_text(SLEEPER)
    said(up, "runs new code", told + 1)
    threading.Thread(target=_ignoring_its_end, args=(up,), daemon=True).start()
    said(up, "infra/Writer | sleeps\n")
    below = children(up.process.pid)

    stops = up.output.read_text().count("Stopping ...")
    up.process.send_signal(signal.SIGINT)
    said(up, "Stopping ...", stops + 1)
    up.process.send_signal(signal.SIGINT)
    status = up.process.wait(LONGEST_START)

    eventually(lambda: not alive(below))
    up.start()
    assert status == 128 + signal.SIGINT
    assert up.client("dynamodb").get_item(TableName="things", Key={"id": {"S": "hurried"}})["Item"]


def _ignoring_its_end(up: Platform) -> None:
    with contextlib.suppress(BotoCoreError):
        invoked(up, "writer", {})


def test_down_says_when_nothing_runs_and_leaves_nothing_there(tmp_path: Path) -> None:
    down = bus("down", "--project", tmp_path)

    assert (down.returncode, down.stdout) == (0, "The platform was not running.\n")
    assert list(tmp_path.iterdir()) == []


def test_detached_it_runs_until_down_and_clean_forgets(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    started = bus("up", "--detach", "--port", "0", "--project", project)
    pid = json.loads((project / ".omnibus/up.json").read_text())["pid"]
    running = alive([pid])

    down = bus("down", "--clean", "--project", project)

    assert started.returncode == 0, started.stderr
    assert "Stop it with: bus down" in started.stdout
    assert running == [pid]
    assert (down.returncode, down.stdout) == (0, "The platform has stopped.\nIts state is forgotten.\n")
    assert alive([pid]) == []
    assert not (project / ".omnibus/state").exists()
