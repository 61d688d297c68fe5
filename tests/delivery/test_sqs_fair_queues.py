"""SQS developer guide, "How Amazon SQS fair queues work": quiet tenants before noisy ones."""

from tests.delivery.aws import Aws, Queue


def put(queue: Queue, tenant: str | None, number: int) -> None:
    """Send that many messages of a tenant, whose bodies are its name."""
    more = {} if tenant is None else {"MessageGroupId": tenant}
    for _ in range(number):
        queue.send(tenant or "nobody", **more)


def take(queue: Queue, number: int) -> list[str]:
    """Receive that many messages and keep them in flight."""
    return [queue.receive(MaxNumberOfMessages=1, VisibilityTimeout=3600)[0]["Body"] for _ in range(number)]


def test_messages_of_one_group_are_received_side_by_side_on_a_standard_queue(aws: Aws):
    """SendMessage: "messages with the same MessageGroupId can be processed in parallel"."""
    queue = aws.queue()
    put(queue, "a", 2)

    first, second = queue.receive(MaxNumberOfMessages=1), queue.receive(MaxNumberOfMessages=1)

    assert [message["Attributes"]["MessageGroupId"] for message in (*first, *second)] == ["a", "a"]


def test_a_tenant_with_a_tenth_of_what_is_in_flight_and_30_of_its_own_lets_quiet_tenants_go_first(aws: Aws):
    """How detection works: concurrency share."""
    queue = aws.queue()
    put(queue, "noisy", 100)
    take(queue, 30)
    put(queue, "quiet", 5)
    put(queue, None, 5)

    received = take(queue, 12)

    assert sorted(received[:10]) == ["nobody"] * 5 + ["quiet"] * 5
    assert received[10:] == ["noisy"] * 2, "noisy messages are received as usual when no quiet ones wait"


def test_a_tenant_with_fewer_in_flight_is_quiet(aws: Aws):
    """How detection works: at least 30 of its own."""
    queue = aws.queue()
    put(queue, "a", 40)
    take(queue, 28)
    put(queue, "b", 1)

    assert take(queue, 1) == ["a"], "the oldest first"


def test_of_several_noisy_tenants_the_one_with_the_fewest_in_flight_goes_first(aws: Aws):
    """How message delivery order changes."""
    queue = aws.queue()
    put(queue, "a", 100)
    take(queue, 50)
    put(queue, "b", 100)
    assert take(queue, 30) == ["b"] * 30

    received = take(queue, 22)

    assert received[:20] == ["b"] * 20, "b is noisy now, and has fewer in flight until it has as many"
    assert sorted(received[20:]) == ["a", "b"]


def test_a_tenant_whose_backlog_is_drained_is_noisy_no_longer(aws: Aws):
    """When a noisy neighbor becomes quiet."""
    queue = aws.queue()
    put(queue, "noisy", 40)
    for message in [queue.receive(MaxNumberOfMessages=1)[0] for _ in range(40)]:
        queue.delete(message)
    put(queue, "noisy", 1)
    put(queue, "quiet", 1)

    assert take(queue, 2) == ["noisy", "quiet"]


def test_a_tenant_that_sends_nothing_for_five_minutes_is_noisy_no_longer(aws: Aws):
    """When a noisy neighbor becomes quiet."""
    queue = aws.queue()
    put(queue, "noisy", 60)
    take(queue, 30)
    put(queue, "quiet", 1)
    assert take(queue, 1) == ["quiet"]
    aws.wait(301)
    put(queue, "quiet", 1)

    assert take(queue, 1) == ["noisy"]


def test_a_tenant_whose_messages_take_consumers_long_lets_the_others_go_first(aws: Aws):
    """How detection works: processing time share."""
    queue = aws.queue()
    put(queue, "slow", 3)
    [message] = queue.receive(MaxNumberOfMessages=1)
    aws.wait(20)
    queue.delete(message)
    put(queue, "quick", 1)

    assert take(queue, 3) == ["quick", "slow", "slow"]
