"""What a consumer costs before its first event, next to what boto3 alone costs.

python tests/speed/import_cost.py [--runs 15] [--most 1.3]

Every run is a process of its own, and the programs take turns, so that a busy moment of the machine
falls on all of them. Ratios are of the fastest runs, which were disturbed least. The interpreter's own
start is not counted: the clock is read inside.
"""

import argparse
import os
import statistics
import subprocess
import sys
from tempfile import TemporaryDirectory

PROGRAMS = {
    "boto3 and one client": """
import boto3
boto3.client("events")
""",
    "a consumer of two events, its bus and its idempotency store": """
from bus.sdk import EventBus, Received, consumer
from schemas.orders import OrderPaidV1, OrderPlacedV1

bus = EventBus.from_environment()

@consumer(OrderPlacedV1, OrderPaidV1)
def on_order_event(event: Received[OrderPlacedV1 | OrderPaidV1]) -> None:
    bus.publish(event.data, subject=event.metadata.subject)

assert "_react" in vars(on_order_event), "the idempotency store and its client are built by now"
""",
    "an outbox and its relay": """
from bus.sdk import Outbox, outbox_relay
from schemas.orders import OrderPaidV1, OrderPlacedV1

outbox, relay = Outbox("orders"), outbox_relay()
""",
}

_TIMED = "import time; began = time.perf_counter()\n{program}\nprint(time.perf_counter() - began)"

# As Lambda sets it for a function.
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_LAMBDA_FUNCTION_NAME": "on-order-event",
    "AWS_REGION": "us-east-1",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "EVENT_BUS_NAME": "omnibus",
    "IDEMPOTENCY_TABLE": "idempotency",
    "SERVICE_NAME": "orders",
}


def seconds(program: str, bytecode: str) -> float:
    """How long `program` takes in a fresh interpreter, without the interpreter's own start.

    All modules come from bytecode, which the interpreter keeps in the folder `bytecode`.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    run = subprocess.run(  # noqa: S603 - the programs are the ones above
        [sys.executable, "-c", _TIMED.format(program=program)],
        env={**kept, **ENVIRONMENT, "PYTHONPYCACHEPREFIX": bytecode},
        capture_output=True,
        check=True,
        text=True,
    )
    return float(run.stdout)


def rounds(runs: int) -> list[dict[str, float]]:
    """The seconds of each program, round by round, after a round that compiles every module."""
    with TemporaryDirectory() as bytecode:
        return [{name: seconds(program, bytecode) for name, program in PROGRAMS.items()} for _ in range(runs + 1)][1:]


def main() -> int:
    """Prints the table; the exit code is 1 when the consumer costs more than allowed."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--runs", type=int, default=15, help="processes per program (default: %(default)s)")
    options.add_argument("--most", type=float, default=1.3, help="the allowed ratio (default: %(default)s)")
    asked = options.parse_args()
    measured = rounds(asked.runs)
    alone, consumer, *_ = PROGRAMS
    fastest = {name: min(one[name] for one in measured) for name in PROGRAMS}
    print("   median     fastest   ratio")
    for name in PROGRAMS:
        median = statistics.median(one[name] for one in measured)
        print(
            f"{median * 1000:6.1f} ms  {fastest[name] * 1000:7.1f} ms   {fastest[name] / fastest[alone]:5.2f}  {name}"
        )
    return int(fastest[consumer] > asked.most * fastest[alone])


if __name__ == "__main__":
    sys.exit(main())
