"""CloudFormation's functions, resolved as its user guide says."""

from collections.abc import Callable
from typing import Any

import pytest

from bus.topology import TopologyError

Resolve = Callable[..., Any]

CONDITIONS = """
Parameters:
  Stage: {Type: String, Default: dev}
Conditions:
  IsDev: !Equals [!Ref Stage, dev]
  IsLive: !Not [!Condition IsDev]
  Either: !Or [!Condition IsLive, !Condition IsDev]
  Both: !And [!Condition IsLive, !Condition IsDev]
"""
MAPPINGS = "Mappings: {Size: {dev: {Memory: 128}, live: {Memory: 1024}}}"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("!Ref Queue", "https://queue"),
        ("!GetAtt Queue.Arn", "arn:queue"),
        ("{Fn::GetAtt: [Queue, Arn]}", "arn:queue"),
        ("{Fn::GetAtt: Queue.Arn}", "arn:queue"),
        ("!Sub '${Queue.QueueName} in ${AWS::Region}, not ${!Queue}'", "queue in us-east-1, not ${Queue}"),
        ("!Sub ['${Name}-${Queue.QueueName}', {Name: !Ref AWS::StackName}]", "orders-queue"),
        ("!Join [':', [arn, !Ref AWS::Partition, 1, true]]", "arn:aws:1:true"),
        ("!Select [1, !Split [',', 'a,b,c']]", "b"),
        ("!Select ['0', !GetAZs '']", "us-east-1a"),
        ("!Base64 hello", "aGVsbG8="),
        ("!Ref AWS::AccountId", "123456789012"),
        ("{Kept: 1, Gone: !Ref AWS::NoValue, List: [!Ref AWS::NoValue, 2]}", {"Kept": 1, "List": [2]}),
        ("!Ref AWS::NoValue", "(nothing)"),
        ("2012-10-17", "2012-10-17"),
    ],
)
def test_a_function_has_the_value_that_cloudformation_gives_it(resolve: Resolve, written: str, value: object) -> None:
    assert resolve(written) == value


@pytest.mark.parametrize(
    ("condition", "value"), [("IsDev", "yes"), ("IsLive", "no"), ("Either", "yes"), ("Both", "no")]
)
def test_if_takes_the_branch_that_its_condition_says(resolve: Resolve, condition: str, value: str) -> None:
    assert resolve(f"!If [{condition}, yes-please, no-thanks]", CONDITIONS).startswith(value)


def test_the_branch_that_is_not_taken_may_refer_to_what_is_not_made(resolve: Resolve) -> None:
    assert resolve("!If [IsDev, there, !Ref Skipped]", CONDITIONS) == "there"


def test_a_mapping_is_read_by_keys_that_are_functions(resolve: Resolve) -> None:
    sections = f"{CONDITIONS}{MAPPINGS}"

    assert resolve("!FindInMap [Size, !Ref Stage, Memory]", sections) == 128
    assert resolve("!FindInMap [Size, !Ref Stage, Memory]", sections, Stage="live") == 1024


def test_a_dynamic_reference_is_read_from_ssm_wherever_it_stands_in_a_string(resolve: Resolve) -> None:
    ssm = {"/bus/dev/name": "omnibus", "/bus/dev/name:2": "omnibus-2"}

    assert resolve("'{{resolve:ssm:/bus/dev/name}}'", ssm=ssm) == "omnibus"
    assert resolve("!Sub 'bus/{{resolve:ssm:/bus/${Stage}/name:2}}/x'", CONDITIONS, ssm) == "bus/omnibus-2/x"


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("!ImportValue bus", "Fn::ImportValue of bus: stacks find each other by SSM parameters"),
        ("'{{resolve:ssm:/nowhere}}'", "the SSM parameter /nowhere does not exist; deploy the stack that makes it"),
        ("'{{resolve:secretsmanager:x}}'", "{{resolve:secretsmanager:…}} is not supported"),
        ("!GetAtt Queue.Name", "Queue (T) has no attribute Name here; there are: Arn, QueueName"),
        ("!Ref Skipped", "needs Skipped, but Skipped is not made: its condition is false"),
        ("!Select [3, [a]]", "item 3 of 1, counted from 0, is not there"),
        ("!Join [',', a]", "a list is needed here, not 'a'"),
        ("!Sub [a]", "Fn::Sub takes a list of 2"),
        ("!If [Nope, a, b]", "there is no condition Nope"),
        ("!FindInMap [Size, dev, Memory]", "Fn::FindInMap finds no Size in the mappings"),
        ("!Cidr [10.0.0.0/16, 6, 8]", "the function Fn::Cidr is not supported"),
    ],
)
def test_what_cannot_be_resolved_is_named_with_its_place(resolve: Resolve, written: str, problem: str) -> None:
    with pytest.raises(TopologyError) as caught:
        resolve(written)

    assert str(caught.value).startswith("template.yaml:8: It (T): Properties.P")
    assert problem in str(caught.value)


def test_a_condition_that_depends_on_itself_is_named(resolve: Resolve) -> None:
    with pytest.raises(TopologyError, match=r"Conditions\.A: depends on itself"):
        resolve("!If [A, 1, 2]", "Conditions: {A: !Not [!Condition B], B: !Not [!Condition A]}")
