"""Names, client tokens and groups of schedules."""

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws
from tests.delivery.schedules import OFF, in_seconds, schedule, to

# API reference, CreateSchedule; user guide, "Managing a schedule group".


def test_two_schedules_of_a_group_cannot_have_one_name(aws: Aws):
    target = {"RoleArn": aws.role(), "Arn": aws.queue().arn}
    given = {"ScheduleExpression": "rate(1 hour)", "FlexibleTimeWindow": OFF, "Target": target}
    scheduler, name, group = aws.client("scheduler"), aws.name(), aws.name()
    scheduler.create_schedule_group(Name=group)
    scheduler.create_schedule(Name=name, **given)

    with pytest.raises(ClientError) as refused:
        scheduler.create_schedule(Name=name, **given)

    assert refused.value.response["Error"]["Code"] == "ConflictException"
    assert scheduler.create_schedule(Name=name, GroupName=group, **given)["ScheduleArn"].endswith(f"{group}/{name}")


def test_a_request_with_the_same_client_token_is_made_once(aws: Aws):
    target = {"RoleArn": aws.role(), "Arn": aws.queue().arn}
    given = {"ScheduleExpression": "rate(1 hour)", "FlexibleTimeWindow": OFF, "Target": target}
    scheduler, name = aws.client("scheduler"), aws.name()

    first = scheduler.create_schedule(Name=name, ClientToken="once", **given)
    second = scheduler.create_schedule(Name=name, ClientToken="once", **given)

    assert first["ScheduleArn"] == second["ScheduleArn"]


def test_deleting_a_group_deletes_every_schedule_in_it(aws: Aws):
    scheduler, queue, group = aws.client("scheduler"), aws.queue(), aws.name()
    scheduler.create_schedule_group(Name=group)
    schedule(aws, in_seconds(aws, 120), to(queue), GroupName=group)

    scheduler.delete_schedule_group(Name=group)
    aws.wait(300)

    assert queue.bodies() == []
    with pytest.raises(ClientError) as gone:
        scheduler.get_schedule_group(Name=group)
    assert gone.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_the_default_group_cannot_be_deleted(aws: Aws):
    with pytest.raises(ClientError, match="default"):
        aws.client("scheduler").delete_schedule_group(Name="default")


def test_groups_have_tags(aws: Aws):
    scheduler = aws.client("scheduler")
    arn = scheduler.create_schedule_group(Name=aws.name(), Tags=[{"Key": "a", "Value": "1"}])["ScheduleGroupArn"]

    scheduler.tag_resource(ResourceArn=arn, Tags=[{"Key": "b", "Value": "2"}])
    scheduler.untag_resource(ResourceArn=arn, TagKeys=["a"])

    assert scheduler.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
