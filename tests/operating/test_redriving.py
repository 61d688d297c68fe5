"""Redriving and purging: what is meant, how fast, and that nothing is lost on the way."""

from collections import Counter

import pytest
from botocore.exceptions import ClientError

from bus.operating.dead_letters.looking import DeadLetterQueues
from bus.operating.dead_letters.moving import can_move, move
from bus.operating.dead_letters.purging import purge
from bus.operating.dead_letters.redriving import Plan
from bus.operating.dead_letters.tally import Tally
from bus.operating.dead_letters.where import InvalidConditionError, Where
from tests.delivery import dead_letters


@pytest.fixture
def queues(aws):
    """A queue and the one of its dead letters."""
    dead = aws.queue()
    return dead_letters.with_dead_letters(aws, dead), dead


@pytest.fixture
def bury(aws, queues):
    """`bury(3)`: as many letters, each an event of its number."""
    source, _ = queues

    def send(count: int) -> None:
        for number in range(count):
            kind = "Even" if number % 2 == 0 else "Odd"
            source.send(f'{{"source": "s", "detail-type": "{kind}", "detail": {{"n": {number}}}}}')
        for _ in range(2):
            while source.receive(VisibilityTimeout=1):
                pass
            aws.wait(2)
        source.receive()

    return send


def name_of(queue) -> str:
    return queue.arn.rpartition(":")[2]


def numbers(queue) -> list[int]:
    return sorted(document["detail"]["n"] for document in queue.documents())


@pytest.mark.parametrize(
    ("condition", "meant"),
    [
        ("type=Even", [0, 2, 4]),
        ("type=E*", [0, 2, 4]),
        ("detail.n=3", [3]),
        ("$.detail.n=3", [3]),
        ('{"detail": {"n": [{"numeric": [">", 2]}]}}', [3, 4]),
        ("kind=queue", [0, 1, 2, 3, 4]),
        ("code=Timeout", []),
    ],
)
def test_only_what_is_meant_goes_back_and_the_rest_can_be_received_at_once(queues, bury, operator, condition, meant):
    source, dead = queues
    bury(5)

    tally = operator.redrive(name_of(dead), condition)

    assert tally.done == len(meant)
    assert numbers(source) == meant
    assert numbers(dead) == sorted({0, 1, 2, 3, 4} - set(meant))


def test_all_conditions_must_hold(queues, bury, operator):
    _, dead = queues
    bury(5)

    letters = operator.letters(name_of(dead), "type=Even", "detail.n=4")

    assert [letter.message.document["detail"]["n"] for letter in letters] == [4]


@pytest.mark.parametrize("condition", ["", "type", "=x", '{"detail"', '{"detail": []}'])
def test_what_is_no_condition_is_refused(condition):
    with pytest.raises(InvalidConditionError):
        Where.of([condition])


def test_a_look_leaves_every_letter_where_it_was(queues, bury, operator):
    _, dead = queues
    bury(25)

    looked = [letter.message.document["detail"]["n"] for letter in operator.letters(name_of(dead))]

    assert sorted(looked) == list(range(25))
    assert numbers(dead) == list(range(25))


def test_so_many_letters_and_no_more(queues, bury, operator):
    source, dead = queues
    bury(5)

    assert operator.redrive(name_of(dead), limit=2).done == 2
    assert (len(numbers(source)), len(numbers(dead))) == (2, 3)


def test_so_many_a_second(queues, bury, operator):
    _, dead = queues
    bury(5)
    began = operator.account.clock.now()

    operator.redrive(name_of(dead), rate=0.5)

    assert operator.account.clock.now() - began >= 8.0


def test_a_dry_run_moves_nothing_and_says_what_would_go_where(queues, bury, operator):
    source, dead = queues
    bury(2)

    tally = operator.redrive(name_of(dead), dry=True)

    assert tally.done == 2
    assert operator.heard.steps[-1].endswith(f"to {name_of(source)}")
    assert numbers(dead) == [0, 1]


def test_letters_can_go_elsewhere(aws, queues, bury, operator):
    source, dead = queues
    other = aws.queue()
    bury(2)

    assert operator.redrive(name_of(dead), to=other.arn).done == 2
    assert (numbers(other), numbers(source)) == ([0, 1], [])


def test_who_stops_it_between_two_letters_loses_none(queues, bury, operator):
    source, dead = queues
    bury(5)

    tally = operator.redrive(name_of(dead), stop=lambda: len(operator.heard.steps) == 2)

    assert (tally.done, tally.stopped) == (2, "interrupted")
    assert (len(numbers(source)), len(numbers(dead))) == (2, 3)


def test_an_accident_between_handing_over_and_deleting_delivers_twice_and_loses_nothing(
    queues, bury, operator, monkeypatch
):
    source, dead = queues
    bury(1)

    def broken(**_: object) -> None:
        raise ClientError({"Error": {"Code": "InternalError", "Message": "no"}}, "DeleteMessage")

    monkeypatch.setattr(operator.account.client("sqs"), "delete_message", broken)
    tally = operator.redrive(name_of(dead))
    monkeypatch.undo()

    assert (tally.done, tally.twice) == (1, 1)
    assert (numbers(source), numbers(dead)) == ([0], [0])


def test_ten_refusals_in_a_row_end_it(aws, queues, bury, operator):
    source, dead = queues
    bury(15)
    aws.client("sqs").delete_queue(QueueUrl=source.url)

    tally = operator.redrive(name_of(dead))

    assert (tally.done, tally.stayed) == (0, 10)
    assert tally.stopped == "10 in a row were refused"
    assert numbers(dead) == list(range(15))


def test_letters_of_queues_alone_are_moved_by_sqs_itself(queues, bury, operator):
    source, dead = queues
    bury(12)
    found = DeadLetterQueues.of(operator.account)
    queue, plan, tally = found.named(name_of(dead)), Plan(rate=5), Tally()

    assert can_move(plan, found.survey.of_queue(queue.arn), None)
    move(operator.account, queue, plan, None, tally, operator.heard)

    assert tally.done == 12
    assert [step.split()[0] for step in operator.heard.steps] == ["10", "12"]
    assert numbers(source) == list(range(12))


def test_a_move_that_is_stopped_is_cancelled_and_says_how_many_went(queues, bury, operator):
    source, dead = queues
    bury(12)
    found, tally = DeadLetterQueues.of(operator.account), Tally()

    move(
        operator.account,
        found.named(name_of(dead)),
        Plan(rate=5),
        None,
        tally,
        operator.heard,
        lambda: bool(operator.heard.steps),
    )

    assert tally.stopped == "interrupted"
    assert Counter(numbers(source) + numbers(dead)) == Counter(range(12))
    assert tally.done < 12


@pytest.mark.parametrize(
    "plan", [Plan(limit=1), Plan(rate=0.5), Plan(rate=501), Plan(dry=True), Plan(Where.of(["type=Even"]))]
)
def test_what_no_task_of_sqs_can_do_is_done_by_hand(queues, operator, plan):
    _, dead = queues
    found = DeadLetterQueues.of(operator.account)

    assert not can_move(plan, found.survey.of_queue(dead.arn), None)


@pytest.mark.parametrize(("conditions", "left"), [((), []), (("type=Even",), [1, 3])])
def test_a_purge_deletes_what_is_meant(queues, bury, operator, conditions, left):
    _, dead = queues
    bury(5)
    found, tally = DeadLetterQueues.of(operator.account), Tally()

    purge(found, found.named(name_of(dead)), Where.of(conditions), tally, operator.heard)

    assert tally.done == 5 - len(left)
    assert numbers(dead) == left
