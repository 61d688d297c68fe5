"""When schedules invoke their targets, how often, and what becomes of what fails."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws
from tests.delivery.schedules import OFF, exists, in_seconds, schedule, to

# Scheduler user guide, "Schedule types in EventBridge Scheduler".


def test_a_one_time_schedule_invokes_its_target_only_once(aws: Aws):
    queue = aws.queue()
    schedule(aws, in_seconds(aws, 120), to(queue))

    aws.wait(119)
    assert queue.bodies() == []
    aws.wait(61)
    assert queue.bodies() == ["due"]
    aws.wait(600)
    assert queue.bodies() == []


def test_without_a_start_date_a_rate_based_schedule_starts_invoking_the_target_immediately(aws: Aws):
    queue = aws.queue()
    schedule(aws, "rate(5 minutes)", to(queue))

    aws.wait(59)
    assert queue.bodies() == ["due"]
    aws.wait(15 * 60)
    assert queue.bodies() == ["due", "due", "due"]


def test_the_start_date_sets_the_first_occurrence_of_a_rate_based_schedule(aws: Aws):
    queue = aws.queue()
    start = datetime.fromtimestamp(aws.now() + 600, UTC)
    schedule(aws, "rate(1 hour)", to(queue), StartDate=start)

    aws.wait(599)
    assert queue.bodies() == []
    aws.wait(61)
    assert queue.bodies() == ["due"]


def test_a_recurring_schedule_runs_until_its_end_date(aws: Aws):
    queue = aws.queue()
    end = datetime.fromtimestamp(aws.now() + 150, UTC)
    schedule(aws, "rate(1 minute)", to(queue), EndDate=end)

    aws.wait(3600)

    assert queue.bodies() == ["due", "due", "due"]


def test_a_one_time_schedule_ignores_the_start_date_and_end_date(aws: Aws):
    queue = aws.queue()
    day = datetime.fromtimestamp(aws.now() + 86_400, UTC)
    schedule(aws, in_seconds(aws, 60), to(queue), StartDate=day, EndDate=day + timedelta(days=1))

    aws.wait(180)

    assert queue.bodies() == ["due"]


def test_the_expression_is_evaluated_in_the_time_zone_of_the_schedule(aws: Aws):
    queue = aws.queue()
    now = datetime.fromtimestamp(aws.now(), UTC)
    today = now.replace(hour=18, minute=30, second=0, microsecond=0)
    due = today if today > now else today + timedelta(days=1)
    schedule(aws, "cron(0 0 * * ? *)", to(queue), ScheduleExpressionTimezone="Asia/Kolkata")

    aws.wait((due - now).total_seconds() - 1)
    assert queue.bodies() == []
    aws.wait(61)
    assert queue.bodies() == ["due"]


@pytest.mark.parametrize(
    "expression",
    ["cron(0 1 * * * *)", "cron(71 8 1 * ? *)", "rate(10 seconds)", "at(2021-12-31)", "every(5 minutes)"],
)
def test_an_invalid_schedule_expression_is_refused(aws: Aws, expression: str):
    with pytest.raises(ClientError) as refused:
        schedule(aws, expression, to(aws.queue()))

    assert refused.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": f"Invalid Schedule Expression {expression}.",
    }


def test_a_recurring_schedule_cannot_have_started_earlier_than_five_minutes_ago(aws: Aws):
    with pytest.raises(ClientError, match="cannot be earlier than 5 minutes ago"):
        schedule(aws, "rate(1 hour)", to(aws.queue()), StartDate=datetime.fromtimestamp(aws.now() - 400, UTC))


def test_a_flexible_schedule_is_invoked_within_its_window(aws: Aws):
    """User guide, "Configuring flexible time windows"."""
    queue = aws.queue()
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15}
    schedule(aws, in_seconds(aws, 60), to(queue), FlexibleTimeWindow=window)

    aws.wait(60 + 15 * 60 + 60)

    assert queue.bodies() == ["due"]


def test_a_disabled_schedule_does_not_invoke_its_target_until_it_is_enabled(aws: Aws):
    """User guide, "Changing the schedule state"."""
    queue = aws.queue()
    name = schedule(aws, "rate(1 minute)", to(queue), State="DISABLED")
    aws.wait(180)
    assert queue.bodies() == []

    found = aws.client("scheduler").get_schedule(Name=name)
    given = {key: found[key] for key in ("Name", "ScheduleExpression", "Target", "FlexibleTimeWindow")}
    aws.client("scheduler").update_schedule(**given, State="ENABLED")
    aws.wait(59)

    assert queue.bodies() == ["due"]


def test_an_update_sets_what_it_leaves_out_to_the_default(aws: Aws):
    """API reference, UpdateSchedule."""
    scheduler, queue = aws.client("scheduler"), aws.queue()
    name = schedule(
        aws, "rate(1 hour)", to(queue), Description="hourly", State="DISABLED", ScheduleExpressionTimezone="Asia/Tokyo"
    )

    scheduler.update_schedule(
        Name=name,
        ScheduleExpression="rate(2 hours)",
        FlexibleTimeWindow=OFF,
        Target={"RoleArn": aws.role(), "Arn": queue.arn},
    )

    found = scheduler.get_schedule(Name=name)
    assert found["ScheduleExpression"] == "rate(2 hours)"
    assert (found["State"], found["ScheduleExpressionTimezone"]) == ("ENABLED", "UTC")
    assert "Description" not in found


def test_a_schedule_that_was_deleted_invokes_nothing(aws: Aws):
    queue = aws.queue()
    name = schedule(aws, in_seconds(aws, 60), to(queue))

    aws.client("scheduler").delete_schedule(Name=name)
    aws.wait(180)

    assert queue.bodies() == []


# User guide, "Deleting a schedule", deletion after schedule completion.


def test_a_one_time_schedule_is_deleted_after_it_has_invoked_its_target_once(aws: Aws):
    queue = aws.queue()
    name = schedule(aws, in_seconds(aws, 60), to(queue), ActionAfterCompletion="DELETE")
    assert exists(aws, name)

    aws.wait(180)

    assert queue.bodies() == ["due"]
    assert not exists(aws, name)


def test_a_recurring_schedule_is_deleted_after_the_invocation_closest_to_its_end_date(aws: Aws):
    queue = aws.queue()
    end = datetime.fromtimestamp(aws.now() + 90, UTC)
    name = schedule(aws, "rate(1 minute)", to(queue), EndDate=end, ActionAfterCompletion="DELETE")

    aws.wait(300)

    assert queue.bodies() == ["due", "due"]
    assert not exists(aws, name)


def test_a_completed_schedule_that_does_not_delete_itself_stays(aws: Aws):
    name = schedule(aws, in_seconds(aws, 60), to(aws.queue()))

    aws.wait(180)

    assert exists(aws, name)


# User guide, "Configuring a schedule's dead-letter queue"; API reference, RetryPolicy.


def test_the_dead_letter_event_says_what_failed_and_why(aws: Aws):
    dead = aws.queue()
    missing = dead.arn + "-missing"
    target = {
        "Arn": missing,
        "Input": "lost",
        "RetryPolicy": {"MaximumRetryAttempts": 0},
        "DeadLetterConfig": {"Arn": dead.arn},
    }
    name = schedule(aws, in_seconds(aws, 60), target)

    aws.wait(180)

    [message] = dead.drain()
    said = {key: value["StringValue"] for key, value in message["MessageAttributes"].items()}
    assert message["Body"] == "lost"
    assert said["ERROR_CODE"].endswith("NonExistentQueue") or said["ERROR_CODE"] == "QueueDoesNotExist"
    assert said["ERROR_MESSAGE"]
    assert said["EXECUTION_ID"]
    assert said["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
    assert said["IS_PAYLOAD_TRUNCATED"] == "false"
    assert said["RETRY_ATTEMPTS"] == "0"
    assert said["SCHEDULED_TIME"].endswith("Z")
    assert said["SCHEDULE_ARN"].endswith(f":schedule/default/{name}")
    assert said["TARGET_ARN"] == missing


def test_retries_go_on_until_the_maximum_number_of_attempts_is_made(aws: Aws):
    dead = aws.queue()
    target = {
        "Arn": dead.arn + "-missing",
        "RetryPolicy": {"MaximumRetryAttempts": 3},
        "DeadLetterConfig": {"Arn": dead.arn},
    }
    schedule(aws, in_seconds(aws, 60), target)

    aws.wait(600)

    [message] = dead.drain()
    assert message["MessageAttributes"]["RETRY_ATTEMPTS"]["StringValue"] == "3"


def test_retries_go_on_until_the_maximum_age_is_reached(aws: Aws):
    dead = aws.queue()
    target = {
        "Arn": dead.arn + "-missing",
        "RetryPolicy": {"MaximumEventAgeInSeconds": 60},
        "DeadLetterConfig": {"Arn": dead.arn},
    }
    schedule(aws, in_seconds(aws, 60), target)

    aws.wait(600)

    [message] = dead.drain()
    said = {key: value["StringValue"] for key, value in message["MessageAttributes"].items()}
    assert said["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"
    assert int(said["RETRY_ATTEMPTS"]) > 1


def test_a_fifo_queue_is_not_supported_as_a_dead_letter_queue(aws: Aws):
    fifo = aws.queue(FifoQueue="true")

    with pytest.raises(ClientError, match=r"deadLetterConfig\.arn"):
        schedule(aws, "rate(1 hour)", to(aws.queue(), DeadLetterConfig={"Arn": fifo.arn}))
