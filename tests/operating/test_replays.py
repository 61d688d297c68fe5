"""Replays into one rule."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bus.operating.dead_letters.tally import Tally
from bus.operating.errors import AmbiguousNameError, UnknownNameError
from bus.operating.replays.archives import archive_named, rule_named
from bus.operating.replays.paced import PacedReplay
from bus.operating.replays.replay import Replay, Span
from bus.operating.replays.spans import InvalidTimeError, instant
from bus.patterns import compile_pattern
from tests.delivery import rules

NOW = datetime(2026, 11, 5, 12, 0, tzinfo=UTC).timestamp()


@pytest.fixture
def archived(aws):
    """A bus with an archive of ten events, a minute apart; two rules that have had them."""
    first = rules.Rule(aws)
    second = rules.Rule(aws, bus=first.bus)
    queues = first.queue(), second.queue()
    bus = aws.client("events").describe_event_bus(Name=first.bus)["Arn"]
    aws.client("events").create_archive(ArchiveName="everything", EventSourceArn=bus)
    for number in range(10):
        first.put({"n": number})
        aws.wait(59)
    for queue in queues:
        queue.drain()
    return first, queues


@pytest.fixture
def span(account) -> Span:
    now = datetime.fromtimestamp(account.clock.now(), UTC)
    return Span(now - timedelta(hours=1), now)


def numbers(queue) -> list[int]:
    return sorted(document["detail"]["n"] for document in queue.documents())


def test_a_replay_reaches_one_rule_alone_and_tells_how_far_it_is(account, archived, span):
    rule, (queue, other) = archived
    shares = []
    replay = Replay(account, "again", span)

    replay.start(archive_named(account, None), rule.arn)
    ended = replay.follow(lambda share, _: shares.append(share), lambda: False)

    assert ended["State"] == "COMPLETED"
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(set(shares)) > 3
    assert (numbers(queue), numbers(other)) == (list(range(10)), [])


def test_a_replay_that_is_stopped_is_cancelled(account, archived, span):
    rule, (queue, _) = archived
    replay = Replay(account, "again", span)

    replay.start(archive_named(account, None), rule.arn)
    ended = replay.follow(lambda *_: None, lambda: account.clock.now() - span.end.timestamp() > 3)

    assert ended["State"] == "CANCELLED"
    assert 0 < len(numbers(queue)) < 10


def paced(account, rule, span, **more: Any) -> tuple[PacedReplay, Tally]:
    archive = archive_named(account, None)
    return PacedReplay(
        Replay(account, "paced", span), archive, rule_named(account, archive, rule.name), **more
    ), Tally()


def left_behind(account, bus: str) -> tuple[list[str], list[str]]:
    """Queues and rules that a paced replay made and did not delete."""
    urls = account.pages("sqs", "list_queues", "QueueUrls")
    listed = account.pages("events", "list_rules", "Rules", EventBusName=bus)
    return [url for url in urls if "paced" in url], [each["Name"] for each in listed if "paced" in each["Name"]]


def test_so_many_events_a_second_and_nothing_is_left_behind(account, archived, span):
    rule, (queue, other) = archived
    run, tally = paced(account, rule, span, rate=0.1)
    began = account.clock.now()

    run.run(tally, lambda *_: None, lambda: False)

    assert account.clock.now() - began >= 90
    assert (tally.done, numbers(queue), numbers(other)) == (10, list(range(10)), [])
    assert left_behind(account, rule.bus) == ([], [])


def test_only_what_matches_the_pattern_and_the_rule_is_handed_over(account, archived, span):
    rule, (queue, _) = archived
    run, tally = paced(account, rule, span, pattern=compile_pattern('{"detail": {"n": [{"numeric": ["<", 3]}]}}'))

    run.run(tally, lambda *_: None, lambda: False)

    assert (tally.done, numbers(queue)) == (3, [0, 1, 2])


def test_what_the_target_refuses_stays_in_the_queue(aws, account, archived, span):
    rule, (queue, _) = archived
    aws.client("sqs").delete_queue(QueueUrl=queue.url)
    run, tally = paced(account, rule, span, rate=100)

    run.run(tally, lambda *_: None, lambda: False)

    kept, rules_left = left_behind(account, rule.bus)
    assert (tally.done, tally.stayed, len(kept), rules_left) == (0, 10, 1, [])


def test_who_stops_it_cancels_the_replay(account, archived, span):
    rule, (queue, _) = archived
    run, tally = paced(account, rule, span, rate=1)

    last = run.run(tally, lambda *_: None, lambda: tally.done == 2)

    assert (tally.stopped, numbers(queue)) == ("interrupted", [0, 1])
    assert last is not None
    assert account.client("events").describe_replay(ReplayName="paced")["State"] == "CANCELLED"
    assert left_behind(account, rule.bus) == ([], [])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("now", "2026-11-05T12:00:00+00:00"),
        ("-2h", "2026-11-05T10:00:00+00:00"),
        ("-1.5d", "2026-11-04T00:00:00+00:00"),
        ("2026-11-05", "2026-11-05T00:00:00+00:00"),
        ("2026-11-05T10:00:00Z", "2026-11-05T10:00:00+00:00"),
        ("2026-11-05T10:00:00+02:00", "2026-11-05T10:00:00+02:00"),
    ],
)
def test_times_are_said_as_people_say_them(text, meant):
    assert instant(text, NOW).isoformat() == meant


@pytest.mark.parametrize("text", ["", "2h", "-2x", "yesterday", "2026-13-01"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(InvalidTimeError):
        instant(text, NOW)


def test_one_of_several_archives_has_to_be_named(aws, account, archived):
    rule, _ = archived
    bus = aws.client("events").describe_event_bus(Name=rule.bus)["Arn"]
    aws.client("events").create_archive(ArchiveName="some", EventSourceArn=bus, EventPattern=json.dumps({"a": [1]}))

    with pytest.raises(AmbiguousNameError, match="everything, some"):
        archive_named(account, None)
    with pytest.raises(UnknownNameError, match="there are: everything, some"):
        archive_named(account, "nothing")
    assert archive_named(account, "every").name == "everything"
    with pytest.raises(UnknownNameError, match="there is no rule nothing"):
        rule_named(account, archive_named(account, "some"), "nothing")
