"""Rules and their targets, as the cases about EventBridge need them."""

import json
from typing import Any

from tests.delivery.aws import Aws, Queue

SOURCE = "case.orders"


class Rule:
    """A rule on a bus of its own for every event of `SOURCE`, or for what its pattern says."""

    def __init__(self, aws: Aws, pattern: dict[str, Any] | None = None, bus: str | None = None) -> None:
        self._aws, self.bus, self.name = aws, bus or aws.bus(), aws.name()
        text = json.dumps(pattern or {"source": [SOURCE]})
        put = aws.client("events").put_rule(Name=self.name, EventBusName=self.bus, EventPattern=text)
        self.arn = str(put["RuleArn"])

    def target(self, arn: str, **more: Any) -> None:
        """Put a target; `more` are its other members."""
        target = {"Id": self._aws.name(), "Arn": arn, **more}
        self._aws.client("events").put_targets(Rule=self.name, EventBusName=self.bus, Targets=[target])

    def queue(self, **more: Any) -> Queue:
        """A queue of its own as a target; `more` are the target's other members."""
        queue = self._aws.queue()
        self.target(queue.arn, **more)
        return queue

    def put(self, detail: Any = None, **more: Any) -> dict[str, Any]:
        """Put one event and let it arrive; `more` are the entry's other members. Returns the entry's result."""
        (result,) = put(self._aws, entry(self.bus, detail, **more))["Entries"]
        return dict(result)


def entry(bus: str, detail: Any = None, **more: Any) -> dict[str, Any]:
    """An entry of PutEvents."""
    given = {"Source": SOURCE, "DetailType": "OrderPlaced", "Detail": json.dumps({} if detail is None else detail)}
    return {"EventBusName": bus, **given, **more}


def put(aws: Aws, *entries: dict[str, Any]) -> dict[str, Any]:
    """PutEvents, and what it answers once the events have arrived."""
    answer: dict[str, Any] = aws.client("events").put_events(Entries=list(entries))
    aws.idle()
    return answer
