"""Nobody looks into a dead-letter queue unasked: each has an alarm."""

from pathlib import Path

import pytest

from bus.topology import Template

PROJECT = Path(__file__).parents[1]
TEMPLATES = [PROJECT / "bus/infra/template.yaml", *sorted(PROJECT.glob("services/*/template.yaml"))]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.parent.name)
def test_every_dead_letter_queue_has_an_alarm_that_its_first_message_sets_off(path):
    resources = Template.load(path).resources
    watched = [
        (dimension["Name"], dimension["Value"])
        for alarm in resources.values()
        if alarm.type == "AWS::CloudWatch::Alarm" and sets_off_at_the_first_message(alarm.properties)
        for dimension in alarm.properties["Dimensions"]
    ]

    queues = [name for name, one in resources.items() if one.type == "AWS::SQS::Queue" and "DeadLetters" in name]

    assert queues != []
    assert [name for name in queues if ("QueueName", {"Fn::GetAtt": [name, "QueueName"]}) not in watched] == []


def sets_off_at_the_first_message(alarm):
    metric = alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]
    return metric == ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum") and (
        alarm["ComparisonOperator"],
        alarm["Threshold"],
    ) == ("GreaterThanThreshold", 0)
