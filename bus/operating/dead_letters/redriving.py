"""Redrives letters one by one: hand over, then delete."""

from collections.abc import Callable
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from bus.operating.dead_letters.letter import Letter
from bus.operating.dead_letters.looking import DeadLetterQueues
from bus.operating.dead_letters.taking import Taking
from bus.operating.dead_letters.tally import Tally, Telling
from bus.operating.dead_letters.where import Where
from bus.operating.delivery.way import Ways
from bus.operating.errors import RefusedError, in_one_sentence
from bus.operating.pace import Pace
from bus.operating.queues import Queue

_HOPELESS = 10  # refusals in a row, after which the rest is not tried


@dataclass(frozen=True)
class Plan:
    """Which letters, how many of them at most, how fast (a second), and whether they really go."""

    where: Where = field(default_factory=Where)
    limit: int | None = None
    rate: float | None = None
    dry: bool = False


def redrive(
    queues: DeadLetterQueues,
    queue: Queue,
    ways: Ways,
    plan: Plan,
    tally: Tally,
    tell: Telling,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Send back what is meant, each letter to where it was going. `tally` holds what was done, also when this raises.

    A letter is deleted once it was accepted, never before: what ends this in between leaves it in the queue, to be
    delivered twice (at least once). What is refused stays. Raises ClientError.
    """
    pace = Pace(queues.account.clock, plan.rate, stop)
    in_a_row = 0
    with Taking(queues.account, queue) as taking:
        for letter in queues.letters(queue, taking, plan.where):
            pace.wait()
            if stop():
                tally.stopped = "interrupted"
                return
            try:
                if not plan.dry:
                    ways.deliver(letter)
            except RefusedError as error:
                tally.refused[error.reason] += 1
                tell.refused(what(letter), error.reason)
                in_a_row += 1
                if in_a_row == _HOPELESS:
                    tally.stopped = f"{_HOPELESS} in a row were refused"
                    return
                continue
            in_a_row = 0
            if not plan.dry:
                _delete(taking, letter, tally)
            tally.done += 1
            tell.done(f"{what(letter)} to {ways.whereto(letter)}", tally.done)
            if tally.done == plan.limit:
                return


def what(letter: Letter) -> str:
    """A letter in a few words."""
    facts = letter.facts
    told = [facts[name] for name in ("type", "event_id") if name in facts]
    return " ".join(told) or f"message {letter.message.id}"


def _delete(taking: Taking, letter: Letter, tally: Tally) -> None:
    """What cannot be deleted was accepted all the same, and will be redriven again by whoever redrives next."""
    try:
        taking.delete(letter.message)
    except (ClientError, BotoCoreError) as error:
        tally.twice += 1
        tally.refused[f"accepted, but not deleted: {in_one_sentence(error)}"] += 1
