"""Parameters: their values, and what they refuse."""

from collections.abc import Callable
from typing import Any

import pytest

from bus.topology import TopologyError

Resolve = Callable[..., Any]


@pytest.mark.parametrize(
    ("definition", "value"),
    [
        ("{Type: String, Default: 1}", "1"),
        ("{Type: Number, Default: 90}", 90),
        ("{Type: Number, Default: '0.5'}", 0.5),
        ("{Type: CommaDelimitedList, Default: 'a, b'}", ["a", "b"]),
        ("{Type: List<Number>, Default: '1,2'}", [1, 2]),
        ("{Type: AWS::SSM::Parameter::Value<String>, Default: /bus/name}", "omnibus"),
    ],
)
def test_a_default_has_the_type_that_the_parameter_declares(resolve: Resolve, definition: str, value: object) -> None:
    sections = f"Parameters: {{It: {definition}}}".replace("{It:", "{Given:")

    assert resolve("!Ref Given", sections, {"/bus/name": "omnibus"}) == value


def test_a_given_value_stands_over_the_default(resolve: Resolve) -> None:
    assert resolve("!Sub x-${Days}", "Parameters: {Days: {Type: Number, Default: 1}}", Days="30") == "x-30"


@pytest.mark.parametrize(
    ("definition", "problem"),
    [
        ("{Type: String}", "has no default and was given no value"),
        ("{Type: String, Default: a, AllowedValues: [b, c]}", "'a' is none of the allowed b, c"),
        ("{Type: String, Default: A, AllowedPattern: '[a-z]+'}", r"'A' does not match \[a-z\]\+"),
        ("{Type: Number, Default: 5, MinValue: 6}", "5 is below MinValue 6"),
        ("{Type: String, Default: abc, MaxLength: 2}", "3 is above MaxLength 2"),
        ("{Type: Number, Default: many}", "'many' is no number"),
        ("{Type: AWS::EC2::VPC::Id, Default: v}", "the type AWS::EC2::VPC::Id is not supported"),
        ("{Type: AWS::SSM::Parameter::Value<String>, Default: /no}", "the SSM parameter /no does not exist"),
        ("{Type: String, Default: a, Kind: b}", "a parameter has no Kind"),
    ],
)
def test_what_a_parameter_refuses_is_named(resolve: Resolve, definition: str, problem: str) -> None:
    with pytest.raises(TopologyError, match=f"^template.yaml:2: Parameters.Given: .*{problem}"):
        resolve("1", f"Parameters:\n  Given: {definition}")


def test_a_value_for_a_parameter_that_is_not_there_is_refused(resolve: Resolve) -> None:
    with pytest.raises(TopologyError, match="there is no parameter Stag"):
        resolve("1", Stag="dev")
