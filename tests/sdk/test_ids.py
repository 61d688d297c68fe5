import os
import time
from uuid import UUID

import pytest

from bus.sdk.backoff import Backoff
from bus.sdk.correlation import current, following
from bus.sdk.ids import new_id
from bus.sdk.tracing import traceparent


def test_an_id_is_a_uuid_of_version_seven_that_tells_when_it_was_made(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(time, "time", lambda: 1_700_000_000.123)

    made = UUID(new_id())

    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == 1_700_000_000_123


def test_ids_repeat_only_with_the_kernels_randomness(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(time, "time", lambda: 1.0)
    assert new_id() != new_id()

    monkeypatch.setattr(os, "urandom", bytes)
    assert new_id() == new_id()


def test_pauses_grow_to_a_bound_and_are_spread_over_their_whole_length(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "urandom", lambda count: b"\x80" + bytes(count - 1))

    pauses = list(Backoff(attempts=6, first=0.1, longest=1.0).pauses())

    assert pauses == pytest.approx([0.05, 0.1, 0.2, 0.4, 0.5])


def test_a_story_is_followed_within_its_block_alone():
    with following("outer"):
        with following("inner", "cause") as inner:
            assert current() == inner
        outer = current()

    assert outer is not None
    assert outer.correlation_id == "outer"
    assert current() is None


def test_a_story_without_an_id_gets_a_new_one():
    with following(None) as story:
        assert UUID(story.correlation_id).version == 7


@pytest.mark.parametrize("header", ["", "Root=1-5759e988-bd862e3fe1be46a994272793", "nonsense", "x" * 501])
def test_there_is_no_traceparent_outside_a_trace(monkeypatch: pytest.MonkeyPatch, header: str):
    monkeypatch.setenv("_X_AMZN_TRACE_ID", header)

    assert traceparent() is None
