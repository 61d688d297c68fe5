"""CloudWatch's figures of the plane's own services, by boto3."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bus.local.meters import KEPT, Figures
from bus.local.platform import LocalPlatform


@pytest.fixture
def platform() -> Iterator[LocalPlatform]:
    with LocalPlatform.from_templates() as running:
        yield running


def query(name: str, stat: str, period: int = 300, namespace: str = "AWS/SQS", **dimensions: str) -> dict[str, Any]:
    named = [{"Name": each, "Value": value} for each, value in dimensions.items()]
    metric = {"Namespace": namespace, "MetricName": name, "Dimensions": named}
    return {"Id": "m", "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}}


def values(platform: LocalPlatform, *queries: dict[str, Any], minutes: int = 60) -> list[list[float]]:
    now = platform.plane.clock.now()
    answer = platform.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{**each, "Id": f"m{number}"} for number, each in enumerate(queries)],
        StartTime=now - timedelta(minutes=minutes),
        EndTime=now + timedelta(minutes=1),
    )
    return [result["Values"] for result in answer["MetricDataResults"]]


def test_a_queue_tells_its_depth_and_the_age_of_its_oldest_message(platform):
    sqs = platform.client("sqs")
    url = sqs.create_queue(QueueName="work")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="first")
    platform.advance(timedelta(seconds=90))
    sqs.send_message(QueueUrl=url, MessageBody="second")

    asked = [query(name, "Maximum", QueueName="work") for name in (AGE, "ApproximateNumberOfMessagesVisible")]
    assert values(platform, *asked) == [[90.0], [2.0]]

    [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert values(platform, *asked) == [[0.0], [1.0]]


AGE = "ApproximateAgeOfOldestMessage"


def test_what_is_counted_is_told_by_period_and_statistic(platform):
    meters = platform.plane.meters
    for duration in range(1, 101):
        meters.add("AWS/Lambda", "Duration", float(duration), FunctionName="f")
    platform.advance(timedelta(minutes=5))
    meters.add("AWS/Lambda", "Duration", 500.0, FunctionName="f")

    whole = [query("Duration", stat, 3600, "AWS/Lambda", FunctionName="f") for stat in ("Sum", "SampleCount", "p50")]
    halves = query("Duration", "Maximum", 300, "AWS/Lambda", FunctionName="f")

    [total], [count], [median] = values(platform, *whole, minutes=59)
    assert (total, count) == (5550.0, 101.0)
    assert median == pytest.approx(51, rel=0.02)
    assert values(platform, halves) == [[500.0, 100.0]]


@pytest.mark.parametrize(("share", "expected"), [(0.5, 500), (0.99, 990), (1.0, 1000), (0.0, 1)])
def test_percentiles_are_right_to_one_in_a_hundred(share, expected):
    figures = Figures()
    for value in range(1, 1001):
        figures.add(value)

    assert figures.percentile(share) == pytest.approx(expected, rel=0.011)


def test_three_hours_are_kept(platform):
    meters = platform.plane.meters
    for _ in range(KEPT + 60):
        meters.add("AWS/Lambda", "Invocations", 1.0, FunctionName="f")
        platform.advance(timedelta(minutes=1))

    [[total]] = values(platform, query("Invocations", "Sum", 86_400, "AWS/Lambda", FunctionName="f"), minutes=1439)
    assert total == KEPT


def test_own_figures_and_everybodys_are_answered_in_the_order_asked(platform):
    cloudwatch, now = platform.client("cloudwatch"), platform.plane.clock.now()
    cloudwatch.put_metric_data(Namespace="shop", MetricData=[{"MetricName": "sales", "Value": 7, "Timestamp": now}])
    platform.plane.meters.add("AWS/Lambda", "Errors", 2.0, FunctionName="f")

    asked = [
        query("sales", "Sum", 3600, "shop"),
        query("Errors", "Sum", 3600, "AWS/Lambda", FunctionName="f"),
        query("Errors", "Sum", 3600, "AWS/Lambda", FunctionName="nobody"),
    ]

    assert values(platform, *asked, minutes=59) == [[7.0], [2.0], []]


def test_statistics_and_lists_have_them_too(platform):
    platform.plane.meters.add("AWS/Lambda", "Duration", 12.0, FunctionName="f")
    cloudwatch, now = platform.client("cloudwatch"), platform.plane.clock.now()

    answer = cloudwatch.get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName="Duration",
        Dimensions=[{"Name": "FunctionName", "Value": "f"}],
        StartTime=now,
        EndTime=now + timedelta(minutes=1),
        Period=60,
        Statistics=["Average"],
        ExtendedStatistics=["p99"],
    )

    [point] = answer["Datapoints"]
    assert (point["Average"], point["Unit"]) == (12.0, "Milliseconds")
    assert point["ExtendedStatistics"]["p99"] == pytest.approx(12.0)
    listed = cloudwatch.list_metrics(Namespace="AWS/Lambda", Dimensions=[{"Name": "FunctionName"}])["Metrics"]
    assert [each["MetricName"] for each in listed] == ["Duration"]
    assert cloudwatch.list_metrics(MetricName="nothing")["Metrics"] == []


def test_alarms_are_kept_as_before(platform):
    cloudwatch = platform.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="a",
        Namespace="AWS/SQS",
        MetricName=AGE,
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )

    assert [each["AlarmName"] for each in cloudwatch.describe_alarms()["MetricAlarms"]] == ["a"]
