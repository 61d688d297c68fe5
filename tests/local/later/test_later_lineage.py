"""Recursive loop detection through processes: by the X-Amzn-Trace-Id that a function's calls carry."""

import re
from collections.abc import Callable

import pytest

from bus.local.errors import AwsError
from bus.local.lambda_ import LambdaRoom
from bus.local.lambda_.lineage import MOST
from bus.local.plane import Plane
from tests.local.later.worlds import function, outcomes, wait, world_of


@pytest.fixture
def plane(plane_of: Callable[..., Plane]) -> Plane:
    plane = plane_of(LambdaRoom)
    for name in ("f", "g"):
        function(plane, name)
    return plane


def call(plane: Plane, header: str, name: str = "f", kind: str = "RequestResponse") -> str:
    """The header of the invocation that a call with `header` leads to."""
    asked = {"FunctionName": name, "InvocationType": kind, "Payload": b"{}"}
    with plane.rooms["lambda"].functions.lineage.told(header):
        answer = plane.begin("lambda", "Invoke", asked)
    if answer.done:
        answer.result()
    wait(plane)
    return world_of(plane).asked[-1].trace_header


def lineage(header: str) -> list[str]:
    return re.sub(r"[0-9a-f]{8}:", "", header.partition("Lineage=")[2]).split("|")


def test_a_header_names_the_trace_and_every_function_of_the_chain(plane: Plane):
    first = call(plane, "")
    second = call(plane, first, "g")
    third = call(plane, second)

    roots = {header.partition(";")[0] for header in (first, second, third)}
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=[0-9a-f]{8}:0", first)
    assert len(roots) == 1
    assert (lineage(second), lineage(third)) == (["0", "0"], ["1", "0"])
    assert len({first.split(";")[1], second.split(";")[1]}) == 2


def test_calls_without_a_header_and_with_another_tracers_begin_a_chain(plane: Plane):
    headers = [call(plane, given) for given in ("", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1", "Lineage=;")]

    assert [lineage(header) for header in headers] == [["0"], ["0"], ["0"]]
    assert headers[1].startswith("Root=1-5759e988-bd862e3fe1be46a994272793;")


def test_a_lineage_that_cannot_be_read_says_nothing(plane: Plane):
    header = call(plane, "Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=a:b|:7|x")

    assert lineage(header) == ["0"]


def test_a_function_that_invokes_itself_is_stopped_after_sixteen_times(plane: Plane):
    header = ""
    for _ in range(MOST):
        header = call(plane, header)

    with pytest.raises(AwsError, match="RecursiveInvocationException"):
        call(plane, header)

    assert len(world_of(plane).asked) == MOST


def test_a_function_that_invokes_itself_asynchronously_is_stopped_too(plane: Plane):
    header = ""
    for _ in range(MOST):
        header = call(plane, header, kind="Event")
        world_of(plane).answer()

    call(plane, header, kind="Event")

    assert len(world_of(plane).asked) == MOST
    assert outcomes(plane, "lambda", "discard") == [("lost", None)]


def test_what_a_call_tells_is_over_with_the_call(plane: Plane):
    header = call(plane, call(plane, ""))

    assert (lineage(header), lineage(call(plane, ""))) == (["1"], ["0"])
