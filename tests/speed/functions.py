"""What a function's invocation takes in a process of its own, started and warm.

python tests/speed/functions.py [--cold 30] [--warm 1000]

Measured from `Processes.start` to its callback: the plane and its endpoint come on top. The project lies in a
temporary folder, so that the first start of each handler compiles it, as after an edit.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from bus.local.functions import Answer, Settings
from bus.local.processes import Processes
from bus.local.world import Work

HANDLERS = {
    "trivial": """
def handler(event, context):
    return event
""",
    "powertools": '''
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from pydantic import BaseModel

logger = Logger(service="speed")
batch = BatchProcessor(event_type=EventType.SQS)


class Order(BaseModel):
    """An order of a few lines."""

    order_id: str
    lines: list[dict[str, int]]


def take(record):
    logger.info("order", extra={"order": Order.model_validate_json(record.body).order_id})


@logger.inject_lambda_context
def handler(event, context):
    return process_partial_response(event=event, record_handler=take, processor=batch, context=context)
''',
}
EVENT = (
    b'{"Records": [{"messageId": "1", "receiptHandle": "r", "eventSource": "aws:sqs", "attributes": {}, '
    b'"messageAttributes": {}, "body": "{\\"order_id\\": \\"o-1\\", \\"lines\\": [{\\"amount\\": 398}]}"}]}'
)

Invoke = Callable[[str, str], Awaitable[float]]


async def measure(root: Path, cold: int, warm: int) -> None:
    """Prints a row for each handler."""
    processes = Processes(root, root / ".omnibus", lambda _: {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"})
    numbers = count(1)

    async def invoke(handler: str, name: str) -> float:
        """Milliseconds."""
        settings = Settings(name, f"{handler}.handler", runtime="python3.13", timeout=30)
        arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        work = Work(arn, settings, "role", None, EVENT, f"request-{next(numbers)}")
        processes.start(work, answered.set_result)
        answer = await answered
        took = time.perf_counter() - began
        if answer.failed:
            raise SystemExit(answer.payload.decode())
        return took * 1000

    print(f"the first of all, which waits for the libraries: {await invoke('trivial', 'first'):.0f} ms\n")
    print(f"{'handler':<12}{'':<22}{'p50 ms':>9}{'p99 ms':>9}")
    for handler in HANDLERS:
        print(f"{handler:<12}{'first start (compiles)':<22}{await invoke(handler, 'fresh'):>9.2f}")
        await row(f"{'':<12}{'cold':<22}", invoke, handler, [f"{handler}-{number}" for number in range(cold)])
        await row(f"{'':<12}{'warm':<22}", invoke, handler, [f"{handler}-0"] * warm)
    await processes.close()


async def row(title: str, invoke: Invoke, handler: str, names: list[str]) -> None:
    """Invoke one after the other, and print the percentiles."""
    took = [await invoke(handler, name) for name in names]
    p99 = statistics.quantiles(took, n=100, method="inclusive")[-1]
    print(f"{title}{statistics.median(took):>9.2f}{p99:>9.2f}")


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cold", type=int, default=30, help="starts of each handler")
    parser.add_argument("--warm", type=int, default=1000, help="warm invocations of each handler")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        for name, source in HANDLERS.items():
            Path(folder, f"{name}.py").write_text(source)
        uvloop.run(measure(Path(folder), options.cold, options.warm))


if __name__ == "__main__":
    main()
