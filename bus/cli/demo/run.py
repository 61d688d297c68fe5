"""Drives a script through the platform: the customers' requests, in the order of virtual time."""

import heapq
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bus.cli.demo.script import Customer, Fate, Hook, Story
from bus.local.outside import Request
from bus.local.platform import LocalPlatform

ARRIVALS_PER_SECOND = 20
WAVES = (timedelta(minutes=25), timedelta(minutes=35))  # when the warehouse hands over what is paid
CREATED, OK, NO_CONTENT = 201, 200, 204

Progress = Callable[[str], None]


class RefusedRequestError(Exception):
    """The platform answered one of the script's requests otherwise than it must; `log` is what the function said."""

    def __init__(self, method: str, path: str, status: int, body: bytes, log: str) -> None:
        answer = f"{method} {path} was answered with {status}: {body.decode(errors='replace')}"
        super().__init__(f"{answer}; the function's log ends with: {log}" if log else answer)


@dataclass(order=True)
class _Request:
    at: float
    number: int
    step: str = field(compare=False)
    story: Story = field(compare=False)


class Driver:
    """Places, pays, ships and cancels the orders of a script, and keeps their ids.

    `tell` is called with the name of each step done ("place", "pay", "ship", "cancel").
    """

    def __init__(self, platform: LocalPlatform, tell: Progress) -> None:
        self._platform, self._tell = platform, tell
        self.order_ids: dict[str, str] = {}
        self.steps: Counter[str] = Counter()

    def introduce(self, customers: Mapping[str, Customer]) -> None:
        """Keep every customer's preferences, and let the partners' webhooks answer."""
        for customer in customers.values():
            path = f"/customers/{customer.id}/preferences"
            self._ask("notifications", "PUT", path, {"recipients": customer.recipients()}, OK)
            if customer.hook is not None:
                self._platform.outside.answer(f"https://{customer.hook_host}", _partner(customer.hook))
            self._tell("introduce")

    def play(self, stories: Sequence[Story]) -> None:
        """Make every request at its time, then let the platform come to rest."""
        start = self._platform.plane.clock.time()
        requests = [request for number, story in enumerate(stories) for request in _requests(number, story, start)]
        heapq.heapify(requests)
        while requests:
            request = heapq.heappop(requests)
            self._platform.plane.engine.run_to(request.at)
            getattr(self, f"_{request.step}")(request.story)
            self.steps[request.step] += 1
            self._tell(request.step)
        self._platform.run_until_idle()

    def _place(self, story: Story) -> None:
        basket = story.basket
        order = {
            "customer_id": basket.household,
            "placed_at": basket.bought_at.isoformat(),
            "lines": [
                {
                    "product_id": line.product_id,
                    "name": line.name,
                    "department": line.department,
                    "quantity": line.quantity,
                    "amount": {"amount": line.amount, "currency": "USD"},
                }
                for line in basket.lines
            ],
        }
        for _ in range(2 if story.sent_twice else 1):
            answer = self._ask("orders", "POST", "/orders", order, CREATED, {"idempotency-key": f"till-{basket.id}"})
            self.order_ids[basket.id] = answer["order_id"]

    def _pay(self, story: Story) -> None:
        self._change(story, "payment", {"payment_reference": f"card-{story.basket.id}"})

    def _ship(self, story: Story) -> None:
        self._change(story, "shipment", {"carrier": "Parcel Post", "tracking_number": f"PP{story.basket.id}"})

    def _cancel(self, story: Story) -> None:
        self._change(story, "cancellation", {"reason": "the customer changed their mind"})

    def _change(self, story: Story, what: str, body: Mapping[str, Any]) -> None:
        self._ask("orders", "POST", f"/orders/{self.order_ids[story.basket.id]}/{what}", body, OK)

    def _ask(
        self,
        service: str,
        method: str,
        path: str,
        body: Mapping[str, Any],
        status: int,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        answer = self._platform.request(
            service,
            method,
            path,
            headers={
                "authorization": f"Bearer {self._platform.token(service)}",
                "content-type": "application/json",
                **(headers or {}),
            },
            body=json.dumps(body),
        )
        if answer.status != status:
            raise RefusedRequestError(method, path, answer.status, answer.body, self._last_words())
        return json.loads(answer.body)

    def _last_words(self) -> str:
        """The last line in the log of the function that failed last."""
        failed = self._platform.ledger.find("lambda", "Invoke", "failed")
        return self._platform.plane.rooms["lambda"].logs(failed[-1].resource)[-1] if failed else ""


def _requests(number: int, story: Story, start: float) -> Iterator[_Request]:
    placed = start + number / ARRIVALS_PER_SECOND
    yield _Request(placed, number, "place", story)
    if story.is_paid:
        yield _Request(placed + story.paid_after, number, "pay", story)
    if story.is_cancelled:
        yield _Request(placed + story.cancelled_after, number, "cancel", story)
    if story.fate is Fate.SHIPPED:
        wave = WAVES[number % len(WAVES)].total_seconds()
        yield _Request(placed + wave, number, "ship", story)


def _partner(hook: Hook) -> Callable[..., int]:
    """How a partner's server answers a POST: the status."""
    seen: set[str] = set()

    def answer(request: Request) -> int:
        message = request.headers["webhook-id"]
        first = message not in seen
        seen.add(message)
        if hook is Hook.GONE:
            return 410
        return 503 if hook is Hook.DOWN or (hook is Hook.FLAKY and first) else 204

    return answer
