"""Templates by body: what is wrong in one is said at once, as CloudFormation says it."""

import pytest

from tests.local.cloudformation.cases import TEMPLATE

PARAMETERS = """
Parameters:
  Watts: {Type: Number, Default: 5, MinValue: 1, MaxValue: 9, Description: How bright}
  Wood: {Type: String, AllowedValues: [oak, ash]}
  Glue: {Type: String, Default: bone, NoEcho: true, AllowedPattern: "[a-z]+", ConstraintDescription: be a word}
Resources:
  Lamp: {Type: Test::Lamp, Properties: {Watts: !Ref Watts}}
  Desk: {Type: Test::Desk, Properties: {Wood: !Ref Wood, Height: 1}}
"""


def given(**values: str):
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("a: b: c", "Template format error: YAML not well-formed. (line 1, column 5)"),
        (" ", "Template format error: unsupported structure."),
        ("Resources: {}", "Template format error: At least one Resources member must be defined."),
        (
            TEMPLATE.replace("Desk: !Ref Desk", "Desk: !Ref Bureau"),
            "Template format error: Unresolved resource dependencies [Bureau] in the Resources block of the template",
        ),
        (
            TEMPLATE.replace("Value: !Ref Lamp", "Value: !Ref Torch"),
            "Template format error: Unresolved resource dependencies [Torch] in the Outputs block of the template",
        ),
        (
            TEMPLATE.replace("Desk: !Ref Desk", "Desk: !GetAtt Bureau.Arn"),
            "Template error: instance of Fn::GetAtt references undefined resource Bureau",
        ),
        (
            TEMPLATE.replace("Height: 1", "Height: !Ref Lamp"),
            "Circular dependency between resources: [Desk, Lamp]",
        ),
        (
            TEMPLATE.replace("Type: Test::Lamp", "Kind: Test::Lamp"),
            "Template format error: TemplateBody:7: Resources.Lamp.Kind: the attribute Kind is not supported",
        ),
    ],
)
def test_a_template_that_is_wrong_is_refused_at_once(cloudformation, refusal, body, message):
    for operation, params in (("create_stack", {"StackName": "office"}), ("validate_template", {})):
        if operation == "create_stack" or "Circular" not in message:
            assert refusal(operation, TemplateBody=body, **params) == ("ValidationError", message)
    assert cloudformation.list_stacks()["StackSummaries"] == []


def test_what_the_plane_does_not_do_is_named_at_once(cloudformation, refusal):
    code, message = refusal("create_stack", StackName="office", TemplateBody=TEMPLATE.replace("Watts: 5", "Lumen: 5"))

    assert code == "UnsupportedOperation"
    assert "the property Lumen (Lamp (Test::Lamp), TemplateBody:8)" in message
    assert cloudformation.list_stacks()["StackSummaries"] == []


def test_a_template_in_json_is_read(cloudformation, settle):
    body = '{\n\t"Resources": {"Desk": {"Type": "Test::Desk", "Properties": {"Height": 1}}}\n}'
    cloudformation.create_stack(StackName="office", TemplateBody=body)
    settle()

    assert cloudformation.get_template(StackName="office")["TemplateBody"]["Resources"]["Desk"]["Type"] == "Test::Desk"


def test_a_body_is_limited(refusal):
    assert "51200" in refusal("create_stack", StackName="office", TemplateBody=TEMPLATE + "#" * 51_200)[1]
    assert refusal("create_stack", StackName="office") == (
        "ValidationError",
        "Either Template URL or Template Body must be specified.",
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "Parameters: [Wood] must have values"),
        ({"Wood": "oak", "Nails": "3"}, "Parameters: [Nails] do not exist in the template"),
        ({"Wood": "pine"}, "Parameter 'Wood' must be one of AllowedValues"),
        ({"Wood": "oak", "Watts": "10"}, "Parameter 'Watts' must be a number not greater than 9"),
        ({"Wood": "oak", "Watts": "many"}, "Parameter 'Watts' must be a number"),
        ({"Wood": "oak", "Glue": "7"}, "Parameter Glue failed to satisfy constraint: be a word"),
    ],
)
def test_a_value_that_a_parameter_does_not_take_is_refused(refusal, values, message):
    asked = {"StackName": "office", "TemplateBody": PARAMETERS, "Parameters": given(**values)}

    assert refusal("create_stack", **asked) == ("ValidationError", message)


def test_a_previous_value_is_kept_and_what_is_not_given_takes_the_default(cloudformation, settle):
    cloudformation.create_stack(
        StackName="office", TemplateBody=PARAMETERS, Parameters=given(Wood="ash", Watts="7", Glue="fish")
    )
    settle()
    cloudformation.update_stack(
        StackName="office",
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": "Wood", "UsePreviousValue": True}],
    )
    settle()

    (stack,) = cloudformation.describe_stacks(StackName="office")["Stacks"]
    assert {one["ParameterKey"]: one["ParameterValue"] for one in stack["Parameters"]} == {
        "Wood": "ash",
        "Watts": "5",
        "Glue": "****",
    }


def test_a_previous_value_needs_one(refusal):
    asked = [{"ParameterKey": "Wood", "UsePreviousValue": True}]
    code, message = refusal("create_stack", StackName="office", TemplateBody=PARAMETERS, Parameters=asked)

    assert code == "ValidationError"
    assert message.startswith("Invalid input for parameter key Wood. Cannot specify usePreviousValue as true")


def test_a_template_is_described_without_being_deployed(cloudformation):
    validated = cloudformation.validate_template(TemplateBody=f"Description: An office\n{PARAMETERS}")
    summary = cloudformation.get_template_summary(TemplateBody=PARAMETERS)

    assert validated["Description"] == "An office"
    assert validated["Parameters"][0] == {
        "ParameterKey": "Watts",
        "DefaultValue": "5",
        "NoEcho": False,
        "Description": "How bright",
    }
    assert summary["ResourceTypes"] == ["Test::Lamp", "Test::Desk"]
    assert summary["Parameters"][1] == {
        "ParameterKey": "Wood",
        "NoEcho": False,
        "ParameterType": "String",
        "ParameterConstraints": {"AllowedValues": ["oak", "ash"]},
    }
