"""Templates: what is read, in which order, and what is refused, with its line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bus.topology import Template, TopologyError

Load = Callable[..., Template]

CHAIN = """
Resources:
  Rule:
    Type: AWS::Events::Rule
    Properties: {Targets: [{Id: q, Arn: !GetAtt Queue.Arn}]}
  Policy:
    Type: AWS::SQS::QueuePolicy
    DependsOn: Rule
    Properties: {Queues: [!Ref Queue]}
  Queue:
    Type: AWS::SQS::Queue
    Properties: {RedrivePolicy: !Sub '{"deadLetterTargetArn":"${Dead.Arn}"}'}
  Dead:
    Type: AWS::SQS::Queue
"""


def test_resources_come_after_what_they_refer_to_and_otherwise_as_written(load: Load) -> None:
    template = load(CHAIN)

    assert [resource.logical_id for resource in template.in_order()] == ["Dead", "Queue", "Rule", "Policy"]
    assert template.needs["Policy"] == ("Rule", "Queue")


def test_a_cycle_is_reported_by_its_names(load: Load) -> None:
    text = CHAIN + "    Properties: {Name: !Ref Rule}\n"

    with pytest.raises(TopologyError, match="Rule -> Queue -> Dead -> Rule"):
        load(text).in_order()


def test_every_resource_knows_its_line(load: Load) -> None:
    template = load(CHAIN)

    assert {name: resource.line for name, resource in template.resources.items()} == {
        "Rule": 3,
        "Policy": 6,
        "Queue": 10,
        "Dead": 13,
    }


def test_json_is_read_as_yaml_is(load: Load) -> None:
    text = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}, indent="\t")

    template = load(text, "template.json")

    assert template.resources["Queue"].line == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Resources: [", "template.yaml:2: not YAML"),
        ("Resources: \x07", "template.yaml:1: not YAML"),
        ("", "template.yaml:1: a template is a mapping"),
        ("Parameters: {A: String}\nResources: {A: {Type: T}}", "Parameters.A: is to be a mapping"),
        ("Resources: {A: {Type: T, DependsOn: {B: C}}}", "Resources.A.DependsOn: is to be a name or a list of names"),
        ("- a", "template.yaml:1: a template is a mapping"),
        ("Description: d", "a template has at least one resource"),
        ("Resources:\n  A: {Type: T}\n  A: {Type: T}", "template.yaml:3: the key A is there twice"),
        ("Resources:\n  A: &a {Type: T}\n  B: *a", "CloudFormation reads no YAML aliases"),
        ("Resources:\n  A: {Type: T, Properties: {P: }}", "CloudFormation takes no null values"),
        ("Resources:\n  A: {Type: T, Properties: {P: !Subb x}}", "template.yaml:2: !Subb is no function"),
        ("Rules: {}\nResources: {A: {Type: T}}", "template.yaml:1: Rules: the section Rules is not supported"),
        ("Resources:\n  A:\n    Type: T\n    Kind: x", "template.yaml:4: Resources.A.Kind: the attribute Kind is not"),
        ("Resources:\n  A: {Properties: {}}", "Resources.A: a resource has a Type"),
        ("Resources:\n  A: {Type: T, Condition: C}", "there is no condition C"),
        ("Transform: AWS::LanguageExtensions\nResources: {A: {Type: T}}", "AWS::LanguageExtensions is not supported"),
        (
            "Resources: {A: {Type: T}}\nOutputs:\n  O: {Value: a, Export: {Name: n}}",
            "template.yaml:3: Outputs.O.Export: stacks find each other by SSM parameters",
        ),
        ("Resources: {A: {Type: T, DependsOn: B}}", "DependsOn names B, which the template does not have"),
    ],
)
def test_what_a_template_may_not_say_is_refused_with_its_line(load: Load, text: str, message: str) -> None:
    with pytest.raises(TopologyError) as caught:
        load(text)

    assert message in str(caught.value)


def test_a_reference_to_nothing_names_the_line_the_resource_and_what_was_meant(load: Load) -> None:
    text = CHAIN.replace("!Ref Queue", "!Ref Quue")

    with pytest.raises(TopologyError) as caught:
        load(text)

    assert str(caught.value) == (
        "template.yaml:9: Policy (AWS::SQS::QueuePolicy): Properties.Queues.0: "
        "Ref names Quue, which the template does not have; is Queue meant?"
    )


def test_a_template_that_is_not_there_is_a_clear_error(load: Load) -> None:  # noqa: ARG001 - for its folder
    with pytest.raises(TopologyError, match=r"nowhere\.yaml:0: cannot be read: .*No such file"):
        Template.load(Path("nowhere.yaml"))


def test_a_template_of_the_same_text_is_read_once(load: Load) -> None:
    assert load(CHAIN) is load(CHAIN)
    assert load(CHAIN) is not load(CHAIN + "\n")
