"""Standard queues: oldest first, but quiet tenants before noisy ones.

SQS developer guide, "How Amazon SQS fair queues work". Messages of one MessageGroupId are one tenant's; each message
without one is a tenant of its own, which never is noisy. A queue without group ids has one line.
"""

from heapq import heappop, heappush, heapreplace

from bus.local.clock import Clock
from bus.local.sqs.lines import Line
from bus.local.sqs.message import Message
from bus.local.sqs.processing_time import ProcessingTime

CROWD = 30  # messages of its own that a noisy tenant has in flight at least,
SHARE = 0.1  # and the share of all that it has more than
SILENCE = 300.0  # seconds without a send after which a tenant is noisy no longer


class Tenant:
    """The visible messages of one tenant, and how many it has in flight."""

    __slots__ = ("in_flight", "line", "name", "noisy", "queued", "sent_at")

    def __init__(self, name: str | None) -> None:
        self.name = name
        self.line = Line()
        self.in_flight = 0
        self.sent_at = 0.0
        self.noisy = self.queued = False


class Fair:
    """The visible messages of a standard queue: a line for each tenant, and the quiet ones by the age of their first.

    A step costs the same however many messages wait, and grows with the logarithm of the tenants that have some. While
    any quiet tenant's message is there it goes first; then that of the noisy tenant with the fewest in flight.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tenants: dict[str | None, Tenant] = {}
        self._quiet: list[tuple[int, Tenant]] = []
        self._noisy: list[Tenant] = []
        self._shown = self._in_flight = 0
        self._time = ProcessingTime(clock)

    def add(self, message: Message) -> None:
        tenant = self._tenants.get(message.group_id)
        if tenant is None:
            tenant = self._tenants[message.group_id] = Tenant(message.group_id)
        self._shown += 1
        message.order = self._shown
        tenant.line.append(message)
        tenant.sent_at = max(tenant.sent_at, message.sent_at)
        self._judge(tenant)
        self._queue(tenant)

    def take(self, limit: int) -> list[Message]:
        if self._noisy:
            self._pardon()
        taken: list[Message] = []
        while len(taken) < limit and (tenant := self._next_tenant()) is not None:
            taken.append(self._take_from(tenant))
        return taken

    def release(self, message: Message) -> bool:
        tenant = self._tenants[message.group_id]
        tenant.in_flight -= 1
        self._in_flight -= 1
        if tenant.name is not None and message.received_at is not None:
            self._time.spend(tenant.name, self._clock.time() - message.received_at)
            self._judge(tenant)
        self._forget_if_empty(tenant)
        return False  # nothing waits for another message here

    def holds(self) -> bool:
        return self._next_tenant() is not None

    def _next_tenant(self) -> Tenant | None:
        """Whose message is next; it stands at the head of the heap unless it is noisy."""
        while self._quiet:
            order, tenant = self._quiet[0]
            first = None if tenant.noisy else tenant.line.first()
            if first is not None and first.order == order:
                return tenant
            self._requeue(first)
        waiting = [tenant for tenant in self._noisy if tenant.line.first() is not None]
        return min(waiting, key=lambda tenant: tenant.in_flight, default=None)

    def _take_from(self, tenant: Tenant) -> Message:
        message = tenant.line.pop()
        assert message is not None, "a tenant that is next has a message"  # noqa: S101 - for the type checker
        tenant.in_flight += 1
        self._in_flight += 1
        self._judge(tenant)
        first = tenant.line.first()
        if first is None and tenant.noisy:  # its backlog is drained: it is noisy no longer
            self._noisy.remove(tenant)
            tenant.noisy = False
        elif self._quiet and self._quiet[0][1] is tenant:
            self._requeue(None if tenant.noisy else first)
        return message

    def _requeue(self, first: Message | None) -> None:
        """The tenant at the head of the heap has `first` for its next message, or leaves the heap."""
        tenant = self._quiet[0][1]
        if first is None:
            heappop(self._quiet)
            tenant.queued = False
            self._forget_if_empty(tenant)
        else:
            heapreplace(self._quiet, (first.order, tenant))

    def _queue(self, tenant: Tenant) -> None:
        first = tenant.line.first()
        if not tenant.queued and not tenant.noisy and first is not None:
            tenant.queued = True
            heappush(self._quiet, (first.order, tenant))

    def _judge(self, tenant: Tenant) -> None:
        """Mark a tenant that has taken up a share of the consumers out of proportion."""
        if tenant.name is None or tenant.noisy:
            return
        crowded = tenant.in_flight >= CROWD and tenant.in_flight > SHARE * self._in_flight
        if (crowded or self._time.share(tenant.name) > SHARE) and tenant.line.first() is not None:
            tenant.noisy = True
            self._noisy.append(tenant)

    def _pardon(self) -> None:
        """Whoever has sent nothing for five minutes is quiet again."""
        horizon = self._clock.time() - SILENCE
        for tenant in [one for one in self._noisy if one.sent_at <= horizon]:
            self._noisy.remove(tenant)
            tenant.noisy = False
            self._queue(tenant)
            self._forget_if_empty(tenant)

    def _forget_if_empty(self, tenant: Tenant) -> None:
        if not tenant.in_flight and tenant.line.first() is None and self._tenants.get(tenant.name) is tenant:
            del self._tenants[tenant.name]
            if tenant.noisy:
                self._noisy.remove(tenant)
