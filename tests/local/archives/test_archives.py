"""Archives: what is kept, for how long, and how they change."""

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bus.local.plane import Plane
from bus.local.resources import Made, Resource
from tests.local.archives.cases import ARCHIVE, BUS, PATTERN, START, publish


def test_retention_keeps_no_plane_busy(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS, RetentionDays=1)
    publish(plane, events)

    plane.engine.run_until_idle()

    assert events.describe_archive(ArchiveName="all")["EventCount"] == 1


def test_archives_are_listed_by_their_source(events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS)

    assert [each["ArchiveName"] for each in events.list_archives(EventSourceArn=BUS)["Archives"]] == ["all"]
    assert events.list_archives(NamePrefix="x")["Archives"] == []
    with pytest.raises(ClientError, match="At most one filter is allowed for ListArchives"):
        events.list_archives(NamePrefix="x", EventSourceArn=BUS)
    with pytest.raises(ClientError, match=r"Archive all already exists\."):
        events.create_archive(ArchiveName="all", EventSourceArn=BUS)


def test_the_name_of_an_archive_has_at_most_48_characters(events: Any):
    events.create_archive(ArchiveName="a" * 48, EventSourceArn=BUS)

    with pytest.raises(ClientError, match="less than or equal to 48"):
        events.create_archive(ArchiveName="a" * 49, EventSourceArn=BUS)


def test_an_update_changes_what_is_kept_from_then_on(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS, Description="first")
    publish(plane, events, "Before")

    events.update_archive(ArchiveName="all", EventPattern='{"detail-type": ["Kept"]}', RetentionDays=3)
    publish(plane, events, "Dropped")
    publish(plane, events, "Kept")

    shown = events.describe_archive(ArchiveName="all")
    assert (shown["EventCount"], shown["RetentionDays"], shown["Description"]) == (2, 3, "first")
    assert json.loads(shown["EventPattern"]) == {"detail-type": ["Kept"]}


def test_a_deleted_archive_keeps_nothing_more(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS)

    events.delete_archive(ArchiveName="all")
    publish(plane, events)

    assert plane.ledger.find("events", "archive") == []
    with pytest.raises(ClientError, match=r"Archive all does not exist\."):
        events.describe_archive(ArchiveName="all")


def test_an_archive_shows_the_managed_rule_that_feeds_it(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS, EventPattern=PATTERN)

    [rule] = events.list_rules(NamePrefix="Events-Archive-")["Rules"]

    assert rule["Name"] == "Events-Archive-all"
    assert rule["ManagedBy"] == "prod.vhs.events.aws.internal"
    assert json.loads(rule["EventPattern"]) == {**json.loads(PATTERN), "replay-name": [{"exists": False}]}
    [target] = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
    assert target["Arn"] == "arn:aws:events:us-east-1:::"
    with pytest.raises(ClientError, match="ManagedRuleException"):
        events.disable_rule(Name=rule["Name"])
    publish(plane, events)
    assert events.describe_archive(ArchiveName="all")["EventCount"] == 1
    events.delete_archive(ArchiveName="all")
    assert events.list_rules(NamePrefix="Events-Archive-")["Rules"] == []


def test_an_archive_of_a_template_is_changed_in_place_and_removed(plane: Plane, events: Any):
    def wanted(**more: Any) -> Resource:
        properties = {"SourceArn": BUS, **more}
        return Resource("stack", "All", "AWS::Events::Archive", properties, "stack-All-1")

    first = wanted(Description="first", RetentionDays="7")
    made = Made(first, plane.makers.make(first))
    publish(plane, events)
    second = wanted(EventPattern={"source": ["omnibus.orders"]})
    made = Made(second, plane.rooms["events"].update_made_archive(second, made))

    shown = events.describe_archive(ArchiveName=made.ref)
    assert (shown["EventCount"], shown["RetentionDays"]) == (1, 0)
    assert "Description" not in shown
    plane.rooms["events"].remove_archive(made)
    assert events.list_archives()["Archives"] == []


def test_an_archived_event_can_be_found_until_its_retention_ends(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS, RetentionDays=1)
    publish(plane, events)
    [hop] = plane.ledger.find("events", "archive")

    [place] = plane.rooms["events"].whereabouts(hop.event_id)

    assert (place.resource, place.state, place.until) == (ARCHIVE, "archived", START.timestamp() + 86_400)
    plane.engine.advance(timedelta(days=1))
    assert list(plane.rooms["events"].whereabouts(hop.event_id)) == []
