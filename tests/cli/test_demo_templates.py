"""A template that the plane cannot run stops the demo with one sentence that says where and why."""

from pathlib import Path

import pytest

ORDERS, NOTIFICATIONS, ANALYTICS = (
    f"services/{name}/template.yaml" for name in ("orders", "notifications", "analytics")
)

FAULTS = {
    "an unsupported property": (
        NOTIFICATIONS,
        "      DisplayName: What became of orders\n",
        "      DisplayName: What became of orders\n      DataProtectionPolicy: {Name: none}\n",
        "DataProtectionPolicy",
        "OrderNews (AWS::SNS::Topic): the local event plane does not support the property DataProtectionPolicy.Name",
    ),
    "an unsupported type": (
        ORDERS,
        "Resources:\n",
        "Resources:\n  Cluster:\n    Type: AWS::EKS::Cluster\n",
        "  Cluster:",
        "Cluster (AWS::EKS::Cluster): the local event plane does not support the resource type AWS::EKS::Cluster",
    ),
    "a text that is not YAML": (
        ORDERS,
        "Resources:\n",
        "Resources: [\n",
        "    Type: AWS::Serverless::HttpApi",
        "not YAML: ",
    ),
    "a resource that is not there": (
        ORDERS,
        "Enrichment: !GetAtt RelayFunction.Arn",
        "Enrichment: !GetAtt RelayFunktion.Arn",
        "RelayFunktion",
        "OutboxPipe (AWS::Pipes::Pipe): Properties.Enrichment: Fn::GetAtt names RelayFunktion, which the template",
    ),
    "a pattern that is none": (
        ANALYTICS,
        "source: [{ prefix: omnibus. }]",
        "source: [{ prefiks: omnibus. }]",
        "prefiks",
        "EverythingRule (AWS::Events::Rule): InvalidEventPatternException: Event pattern is not valid. Reason: Unre",
    ),
    "a value that the service refuses": (
        ORDERS,
        "BatchSize: 10",
        "BatchSize: 1000",
        "BatchSize: 1000",
        "OutboxPipe (AWS::Pipes::Pipe): ValidationException: BatchSize 1000 is more than enrichment and target of",
    ),
    "an SSM parameter that no stack makes": (
        ORDERS,
        'Target: !Sub "{{resolve:ssm:/omnibus/${Stage}/bus/arn}}"',
        'Target: !Sub "{{resolve:ssm:/omnibus/${Stage}/bus/ern}}"',
        "bus/ern",
        "OutboxPipe (AWS::Pipes::Pipe): Properties.Target: the SSM parameter /omnibus/dev/bus/ern does not exist;",
    ),
}


def spoil(template: Path, good: str, bad: str, blame: str) -> int:
    """Replace a text of a template; returns the line that then holds `blame`."""
    text = template.read_text()
    assert good in text
    template.write_text(text.replace(good, bad, 1))
    return 1 + next(n for n, line in enumerate(template.read_text().splitlines()) if blame in line)


@pytest.mark.parametrize(("template", "good", "bad", "blame", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_a_wrong_template_is_said_by_file_line_and_resource(command, project, template, good, bad, blame, said):
    line = spoil(project / template, good, bad, blame)

    answer = command("demo", "--orders", "1", "--json", "--project", project)

    [error] = [each for each in answer.output.splitlines() if each.startswith("Error: ")]
    assert answer.exit_code == 1
    assert error.startswith(f"Error: {project / template}:{line}: {said}")


def test_a_handler_that_is_not_there_is_named(command, project):
    spoil(project / ORDERS, "services.orders.handlers.api.handler", "services.orders.handlers.apy.handler", "apy")

    answer = command("demo", "--orders", "1", "--project", project)

    [*_, last] = answer.output.splitlines()
    assert answer.exit_code == 1
    assert last.startswith("Error: POST /orders was answered with 500")
    assert "No module named 'services.orders.handlers.apy'" in last


def test_a_directory_without_templates_is_no_project(command, tmp_path):
    answer = command("demo", "--orders", "1", "--project", tmp_path)

    assert answer.exit_code == 1
    assert f"{tmp_path}/bus/infra/template.yaml" in answer.output


def test_a_resource_that_the_demo_asks_for_and_the_project_lacks_is_named(command, project):
    template = project / ANALYTICS
    template.write_text(template.read_text().replace("  Workgroup:\n    Type", "  Workgroups:\n    Type"))
    template.write_text(template.read_text().replace("!Ref Workgroup\n", "!Ref Workgroups\n"))

    answer = command("demo", "--orders", "1", "--json", "--project", project)

    [*_, last] = answer.output.splitlines()
    assert answer.exit_code == 1
    assert last == "Error: no resource Workgroup in these stacks: analytics; is Workgroups or WorkgroupName meant?"


def test_a_service_that_the_demo_asks_for_and_the_project_lacks_is_named(command, project):
    (project / NOTIFICATIONS).unlink()

    answer = command("demo", "--orders", "1", "--project", project)

    [*_, last] = answer.output.splitlines()
    assert answer.exit_code == 1
    assert last == "Error: no stack notifications among those that are deployed: infra, analytics, orders"


def test_nothing_but_the_sentence_reaches_a_person_and_nothing_at_all_a_program(command, project):
    template, good, bad, blame, said = FAULTS["an unsupported property"]
    line = spoil(project / template, good, bad, blame)

    answer = command("demo", "--orders", "1", "--json", "--project", project)

    [greeting, sentence] = answer.stderr.splitlines()
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert greeting.startswith("1 real baskets")
    assert sentence == f"Error: {project / template}:{line}: {said}"
