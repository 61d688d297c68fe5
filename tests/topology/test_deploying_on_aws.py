"""What the deployed templates owe to AWS where nothing of it is here to complain."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bus.topology import ResourceTemplate, Template

PROJECT = Path(__file__).parents[2]
TEMPLATES = {
    path.parent.name: Template.load(path)
    for path in (PROJECT / "bus/infra/template.yaml", *sorted(PROJECT.glob("services/*/template.yaml")))
}
# Pipes: "Event filtering in Amazon EventBridge Pipes"; the poller adds these, the source does not send them.
UNFILTERABLE = {"awsRegion", "eventSource", "eventSourceARN", "eventVersion", "eventID", "eventName"}


def of_type(type_: str) -> Iterator[tuple[Template, ResourceTemplate]]:
    for template in TEMPLATES.values():
        for resource in template.resources.values():
            if resource.type == type_:
                yield template, resource


def made_before(template: Template, name: str) -> set[str]:
    """The logical ids that CloudFormation makes before `name`."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        fresh = set(template.needs[waiting.pop()]) - found
        found |= fresh
        waiting.extend(fresh)
    return found


def policies_of(template: Template, logical_id: str) -> set[str]:
    """The queue and topic policies that name a resource."""
    return {
        policy.logical_id
        for policy in template.resources.values()
        if policy.type in ("AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy")
        and logical_id in {reference.name for reference in policy.references()}
    }


RULES = [pytest.param(*found, id=found[1].logical_id) for found in of_type("AWS::Events::Rule")]


@pytest.mark.parametrize(("template", "rule"), RULES)
def test_a_rule_is_made_after_the_policies_of_what_it_sends_to(template: Template, rule: ResourceTemplate):
    named = {reference.name for reference in rule.references()}
    policies = {policy for name in named if name in template.resources for policy in policies_of(template, name)}

    assert policies
    assert policies <= made_before(template, rule.logical_id)


@pytest.mark.parametrize(("template", "rule"), RULES)
def test_a_policy_that_spells_out_a_rules_arn_ends_in_that_rules_name(template: Template, rule: ResourceTemplate):
    name = rule.properties["Name"]["Fn::Sub"]
    [queue] = {target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0] for target in rule.properties["Targets"]}

    [policy] = policies_of(template, queue)
    [statement] = template.resources[policy].properties["PolicyDocument"]["Statement"]
    arn = statement["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::Sub"]

    assert arn.endswith(f"/{name}")
    assert f":rule/{rule.properties['EventBusName']['Fn::Sub']}/" in arn


def test_a_topic_that_a_rule_publishes_to_has_its_subscriptions_first():
    [(template, rule)] = ((found, rule) for found, rule in of_type("AWS::Events::Rule") if "OrderNews" in str(rule))

    subscriptions = {each.logical_id for found, each in of_type("AWS::SNS::Subscription") if found is template}

    assert len(subscriptions) == 3
    assert subscriptions <= made_before(template, rule.logical_id)


def test_a_queue_lets_its_topic_in_before_the_topic_has_the_subscription():
    for template, subscription in of_type("AWS::SNS::Subscription"):
        queue = subscription.properties["Endpoint"]["Fn::GetAtt"][0]

        assert policies_of(template, queue) <= made_before(template, subscription.logical_id)


def test_no_topic_policy_sets_eventbridge_a_condition():
    for _, policy in of_type("AWS::SNS::TopicPolicy"):
        for statement in policy.properties["PolicyDocument"]["Statement"]:
            assert statement["Principal"] == {"Service": "events.amazonaws.com"}
            assert "Condition" not in statement


def test_firehose_reads_the_stream_before_the_rule_fills_it():
    template = TEMPLATES["analytics"]

    assert "Delivery" in made_before(template, "EverythingRule")


def test_every_function_has_a_log_group_that_is_there_before_it():
    for template, function in of_type("AWS::Lambda::Function"):
        group = function.properties["LoggingConfig"]["LogGroup"]["Ref"]

        assert template.resources[group].type == "AWS::Logs::LogGroup"
        assert "LogGroupName" not in template.resources[group].properties


def test_an_api_whose_issuer_is_not_there_fails_its_deployment():
    apis = [api for _, api in of_type("AWS::ApiGatewayV2::Api")]

    assert apis
    assert all(api.properties["FailOnWarnings"] is True for api in apis)


def test_pipes_filter_on_what_their_source_sends():
    for _, pipe in of_type("AWS::Pipes::Pipe"):
        for each in pipe.properties["SourceParameters"]["FilterCriteria"]["Filters"]:
            assert not UNFILTERABLE & json.loads(each["Pattern"]).keys()


def test_a_queue_hides_messages_for_six_timeouts_of_its_function_and_the_batching_window():
    for template, mapping in of_type("AWS::Lambda::EventSourceMapping"):
        properties = mapping.properties
        function = template.resources[properties["FunctionName"]["Ref"]].properties
        queue = template.resources[properties["EventSourceArn"]["Fn::GetAtt"][0]].properties

        assert queue["VisibilityTimeout"] >= 6 * function["Timeout"] + properties.get(
            "MaximumBatchingWindowInSeconds", 0
        )


def test_whoever_publishes_may_publish_its_own_source_only():
    statements = [(name, each) for name, template in TEMPLATES.items() for each in publishing(template)]

    assert {name for name, _ in statements} == {"orders", "notifications"}
    for name, statement in statements:
        assert statement["Condition"] == {
            "ForAllValues:StringEquals": {"events:source": f"omnibus.{name}"},
            "Null": {"events:source": "false"},
        }


def publishing(template: Template) -> Iterator[Any]:
    """The statements of a template's roles that allow PutEvents."""
    for role in template.resources.values():
        for policy in role.properties.get("Policies", ()) if role.type == "AWS::IAM::Role" else ():
            for statement in policy["PolicyDocument"]["Statement"]:
                if "events:PutEvents" in statement["Action"]:
                    yield statement


def test_no_template_has_more_dynamic_references_than_cloudformation_resolves():
    for template in TEMPLATES.values():
        assert sum(str(each.properties).count("{{resolve:") for each in template.resources.values()) <= 60
