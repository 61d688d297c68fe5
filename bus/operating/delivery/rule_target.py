"""The target of a rule, handed an event as the rule would."""

from collections.abc import Mapping
from typing import Any

from bus.operating.account import Account
from bus.operating.delivery.parcel import Parcel
from bus.operating.delivery.rule_input import input_of
from bus.operating.delivery.sending import send
from bus.transformation.jsonpath import MISSING, find, parse_path
from bus.transformation.template import as_text


def deliver(account: Account, rule: str, target: Mapping[str, Any], event: Mapping[str, Any], text: str) -> None:
    """`rule` is an ARN; `target` as ListTargetsByRule has it; `text` the event as it is. Raises RefusedError."""
    parameters = dict(target.get("SqsParameters", {}))
    if path := target.get("KinesisParameters", {}).get("PartitionKeyPath"):
        key = find(event, parse_path(path))
        parameters["PartitionKey"] = event["id"] if key is MISSING else as_text(key)
    send(account, target["Arn"], Parcel(input_of(target, event, text, rule), event, parameters=parameters))
