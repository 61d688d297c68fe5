"""What leaves the platform under the real clock."""

from bus.local.outside import Answer, Mail, Outside, Text
from tests.local.waits.world import Ground


def begin(real: Ground, path: str = ""):
    return Outside.of(real.plane).begin("PUT", f"https://api.example/{path}", {"x": "y"}, b"body", 2.5)


def test_a_call_is_made_by_the_world_and_recorded_when_it_is_answered(real: Ground):
    outside, ledger = Outside.of(real.plane), real.plane.ledger
    with ledger.following("event-1"):
        later = begin(real)
    [out] = real.world.out
    assert (out.request.method, out.request.headers, out.request.body, out.timeout) == ("PUT", {"x": "y"}, b"body", 2.5)
    assert (later.done, outside.calls, len(ledger)) == (False, [], 0)

    real.pass_(1)
    real.world.answer(Answer(404, b"no", seconds=1))

    assert later.result() == Answer(404, b"no", seconds=1)
    [hop], [call] = ledger, outside.calls
    assert (hop.event_id, hop.outcome, hop.note, hop.at) == ("event-1", "404", "PUT", real.plane.clock.time())
    assert (call.at, call.status, call.url) == (real.plane.clock.time() - 1, 404, "https://api.example/")


def test_a_server_that_cannot_be_reached_and_one_that_is_too_late_have_answered_nothing(real: Ground):
    outside = Outside.of(real.plane)
    nobody, late = begin(real), begin(real)

    real.world.answer(None)
    real.world.time_out()

    assert (nobody.result(), outside.calls, len(outside.unreachable)) == (None, [], 2)
    answer = late.result()
    assert answer is not None
    assert answer.seconds > 2.5
    assert [(hop.outcome, hop.note) for hop in real.plane.ledger] == [
        ("failed", "PUT: cannot be reached"),
        ("failed", "PUT: no answer in 2.5 seconds"),
    ]


def test_the_last_of_what_left_is_kept(real: Ground):
    outside = Outside.of(real.plane)
    for number in range(1_005):
        begin(real, str(number))
        real.world.answer(200)
        begin(real, str(number))
        real.world.answer(None)
    for number in range(10_005):
        outside.mail(Mail(0.0, str(number), "from@example.com", ("to@example.com",), "subject"))
        outside.text(Text(0.0, str(number), "+12065550100", "body"))

    assert [len(kept) for kept in (outside.calls, outside.unreachable)] == [1_000, 1_000]
    assert (outside.calls[0].url, outside.unreachable[-1].url) == ("https://api.example/5", "https://api.example/1004")
    assert [(len(kept), kept[0].message_id) for kept in (outside.mails, outside.texts)] == [(10_000, "5")] * 2


def test_under_the_virtual_clock_a_call_is_answered_at_once_and_everything_is_kept(real: Ground):
    real.plane.world = None
    outside = Outside.of(real.plane)
    outside.answer("api.example", lambda _: Answer(201, seconds=3))

    answers = [begin(real).result() for _ in range(1_001)]

    assert (answers[0], outside.to_pass(3.0)) == (Answer(201, seconds=3), 3.0)
    assert (len(outside.calls), real.world.out) == (1_001, [])
