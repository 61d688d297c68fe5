"""kill -9 at random moments of a load: what was acknowledged is there."""

import json
import random
import time
from pathlib import Path
from typing import Any

from tests.up.load import Load
from tests.up.project import Platform, small_project

KILLS = 20
INVOKING = 1  # of them; the retry of a function that was killed comes after a minute, as on AWS
SEED = 20261124
LONGEST_SETTLING = 240.0  # seconds in which retries and visibility timeouts end


def test_nothing_that_was_acknowledged_is_lost(tmp_path: Path) -> None:
    """Some kills come while it starts, some while a snapshot is written, most amid the load."""
    chance, load = random.Random(SEED), Load()  # noqa: S311 - repeatable on purpose
    platform = Platform(small_project(tmp_path))
    platform.start()
    threads = load.run(platform)
    for number in range(KILLS):
        time.sleep(chance.uniform(0.2, 2.5))
        platform.kill()
        for thread in threads:
            thread.join()
        if number % 5 == 4:  # once more, in the midst of its start
            platform.launch()
            time.sleep(chance.uniform(0.3, 2.0))
            platform.kill()
        platform.start()
        load.invoking = number < INVOKING
        threads = load.run(platform)
    time.sleep(1)
    platform.kill()
    for thread in threads:
        thread.join()
    assert load.failures == []
    with platform:
        _check(platform, load)


def _check(platform: Platform, load: Load) -> None:
    assert min(map(len, (load.items, load.events, load.sent, load.objects))) > KILLS, "there was no load"
    assert load.invoked, "no function was invoked"
    table = _table(platform)
    assert {one: table.get(one) for one in load.items} == load.items
    s3 = platform.client("s3")
    kept = {
        each["Key"]
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket="objects")
        for each in page["Contents"]
    }
    assert load.objects - kept == set()
    messages = _drained(platform, "work", load.sent - load.maybe_deleted)
    assert load.sent - load.maybe_deleted - messages.keys() == set()
    forgotten = {one: n for one, n in messages.items() if n <= load.received[one]}
    assert forgotten == {}, "a receive that was acknowledged is not in the receive count"
    delivered = {json.loads(body)["detail"]["id"] for body in _drained(platform, "events", load.events)}
    assert load.events - delivered == set()
    archive = platform.client("events").describe_archive(ArchiveName="small")
    assert archive["EventCount"] >= len(load.events)
    assert _eventually(lambda: load.invoked - _table(platform).keys(), set()) == set()
    assert list(_drained(platform, "dead-letters", set())) == []


def _table(platform: Platform) -> dict[str, str | None]:
    """Every item's value by its id; None of what the function wrote."""
    pages = platform.client("dynamodb").get_paginator("scan").paginate(TableName="things")
    items = (item for page in pages for item in page["Items"])
    return {item["id"]["S"]: item.get("value", {}).get("S") for item in items}


def _drained(platform: Platform, queue: str, wanted: set[str]) -> dict[str, int]:
    """The receive counts of every message, by body: until nothing comes, and nothing that is wanted can still come."""
    sqs = platform.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    found: dict[str, int] = {}
    until = time.monotonic() + LONGEST_SETTLING
    while time.monotonic() < until:
        messages = _received(sqs, url)
        for message in messages:
            found[message["Body"]] = int(message["Attributes"]["ApproximateReceiveCount"])
        if not messages and (len(found) >= len(wanted)):
            break
    return found


def _received(sqs: Any, url: str) -> list[dict[str, Any]]:
    asked = {
        "MaxNumberOfMessages": 10,
        "MessageSystemAttributeNames": ["ApproximateReceiveCount"],
        "WaitTimeSeconds": 1,
    }
    messages: list[dict[str, Any]] = sqs.receive_message(QueueUrl=url, **asked).get("Messages", [])
    if messages:
        entries = [{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(messages)]
        sqs.delete_message_batch(QueueUrl=url, Entries=entries)
    return messages


def _eventually(look: Any, wanted: object) -> Any:
    until = time.monotonic() + LONGEST_SETTLING
    while (found := look()) != wanted and time.monotonic() < until:
        time.sleep(0.5)
    return found
