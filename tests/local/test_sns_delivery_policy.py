"""Delivery policies: which are accepted, and the delays that they mean."""

import json
from typing import Any

import pytest

from bus.local.errors import AwsError
from bus.local.sns.delivery_policy import compiled, effective, subscription_policy, topic_policy
from bus.local.sns.phases import CUSTOMER_MANAGED


def delays(**retry: Any):
    phases = compiled(effective(None, {"healthyRetryPolicy": retry})).phases
    return [round(phases.delay_before(number), 1) for number in range(1, phases.retries + 1)]


def test_the_four_phases_of_the_guides_example():
    waits = delays(
        minDelayTarget=1,
        maxDelayTarget=60,
        numRetries=50,
        numNoDelayRetries=3,
        numMinDelayRetries=2,
        numMaxDelayRetries=35,
        backoffFunction="exponential",
    )

    assert len(waits) == 50
    assert waits[:5] == [0, 0, 0, 1, 1]
    assert (waits[5], waits[14]) == (1, 60)
    assert waits[15:] == [60] * 35


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("linear", [5, 33.3, 61.7, 90, 118.3, 146.7, 175, 203.3, 231.7, 260]),
        ("arithmetic", [5, 10.7, 22, 39, 61.7, 90, 124, 163.7, 209, 260]),
        ("geometric", [5, 7.8, 12, 18.7, 28.9, 44.9, 69.7, 108.1, 167.6, 260]),
        ("exponential", [5, 5.5, 6.5, 8.5, 12.5, 20.5, 36.4, 68.4, 132.3, 260]),
    ],
)
def test_backoff_goes_from_the_shortest_delay_to_the_longest(function: str, expected: list[float]):
    assert delays(minDelayTarget=5, maxDelayTarget=260, numRetries=10, backoffFunction=function) == expected


def test_a_single_retry_waits_the_shortest_delay():
    assert delays(minDelayTarget=5, maxDelayTarget=60, numRetries=1) == [5]


def test_mails_and_text_messages_are_tried_for_over_6_hours():
    assert CUSTOMER_MANAGED.retries == 50
    assert CUSTOMER_MANAGED.seconds() // 3600 == 6


@pytest.mark.parametrize(
    "retry",
    [
        {"minDelayTarget": 0},
        {"minDelayTarget": 21},
        {"maxDelayTarget": 3601},
        {"minDelayTarget": True},
        {"numRetries": 101},
        {"numRetries": -1},
        {"numRetries": 1, "numNoDelayRetries": 2},
        {"numMaxDelayRetries": -1},
        {"backoffFunction": "random"},
        {"numRetries": 3, "minDelayTarget": 1300, "maxDelayTarget": 1300},
        {"numberOfRetries": 3},
    ],
)
def test_a_retry_policy_outside_the_constraints_is_refused(retry: Any):
    with pytest.raises(AwsError, match="Invalid parameter: DeliveryPolicy: "):
        subscription_policy(json.dumps({"healthyRetryPolicy": retry}), raw=False)


@pytest.mark.parametrize(
    "policy",
    [
        "no json",
        "[]",
        '{"throttlePolicy": {"maxReceivesPerSecond": 0}}',
        '{"throttlePolicy": 1}',
        '{"requestPolicy": {"headerContentType": "text/csv"}}',
        '{"http": {}}',
        '{"guaranteed": true}',
    ],
)
def test_a_policy_of_another_form_is_refused(policy: str):
    with pytest.raises(AwsError, match="Invalid parameter: DeliveryPolicy: "):
        subscription_policy(policy, raw=False)


def test_more_types_of_content_are_for_raw_delivery():
    policy = '{"requestPolicy": {"headerContentType": "text/csv"}}'

    assert subscription_policy(policy, raw=True)["requestPolicy"] == {"headerContentType": "text/csv"}


@pytest.mark.parametrize(
    "policy", ['{"http": {"disableSubscriptionOverrides": "yes"}}', '{"https": {}}', '{"http": {"throttlePolicy": {}}}']
)
def test_a_topics_policy_of_another_form_is_refused(policy: str):
    with pytest.raises(AwsError, match="Invalid parameter: DeliveryPolicy: "):
        topic_policy(policy)


def test_nulls_in_a_topics_policy_stand_for_nothing():
    http = {"defaultHealthyRetryPolicy": None, "defaultThrottlePolicy": None, "defaultRequestPolicy": None}

    assert topic_policy(json.dumps({"http": http})) == {"http": {"disableSubscriptionOverrides": False}}
