"""Lambda: a function's first invocation, and those after it. moto runs functions in Docker alone."""

import io
import zipfile
from time import perf_counter

from tests.speed.serving.client import Connection, invocation
from tests.speed.serving.contenders import Server
from tests.speed.serving.loads import Load, Round, new_name

CODE = "def handler(event, context):\n    return event\n"
PAYLOAD = b'{"order": 1}'
COLD, WARM = 5, 60  # invocations in one round
_DOCKERS = frozenset({"moto"})


def _function(server: Server) -> bytes:
    """An invocation of a new function that gives back what it is given."""
    whole, name = io.BytesIO(), new_name("function")
    with zipfile.ZipFile(whole, "w") as files:
        files.writestr("code_.py", CODE)
    client = server.client("lambda")
    client.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role="arn:aws:iam::000000000000:role/any",
        Handler="code_.handler",
        Code={"ZipFile": whole.getvalue()},
    )
    client.get_waiter("function_active_v2").wait(FunctionName=name)
    return invocation(name, PAYLOAD)


def _asked(connection: Connection, asked: bytes) -> float:
    """Milliseconds until the right answer is there."""
    began = perf_counter()
    answer = connection.call(asked)
    took = perf_counter() - began
    if answer != {"order": 1}:
        raise RuntimeError(answer)
    return took * 1000


def _cold(server: Server) -> Round:
    def round_() -> list[float]:
        made = [_function(server) for _ in range(COLD)]
        connection = Connection(server.port)
        return [_asked(connection, function) for function in made]

    return round_


def _warm(server: Server) -> Round:
    function = _function(server)
    _asked(Connection(server.port), function)

    def round_() -> list[float]:
        connection = Connection(server.port)
        return [_asked(connection, function) for _ in range(WARM)]

    return round_


LOADS = (
    Load("Function, cold", "ms", _cold, (0.5,), _DOCKERS),
    Load("Function, warm", "ms", _warm, (0.5, 0.99), _DOCKERS),
)
