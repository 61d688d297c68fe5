"""The target of a schedule, handed its input once more."""

import json
import re
from collections.abc import Mapping
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from bus.operating.account import Account
from bus.operating.delivery.parcel import Parcel
from bus.operating.delivery.sending import send
from bus.operating.errors import RefusedError, in_one_sentence

# Scheduler user guide, "Using universal targets": any operation of AWS's SDK, its parameters as the input.
_UNIVERSAL = re.compile(r"arn:[\w-]+:scheduler:::aws-sdk:([\w-]+):(\w+)")
_SERVICES = {"eventbridge": "events", "sfn": "stepfunctions"}  # as botocore calls them


def deliver(account: Account, target: Mapping[str, Any], text: str) -> None:
    """`target` is as GetSchedule has it. Raises RefusedError."""
    universal = _UNIVERSAL.fullmatch(target["Arn"])
    if universal is not None:
        _call(account, universal[1], universal[2], text)
        return
    kinesis, events = target.get("KinesisParameters", {}), target.get("EventBridgeParameters", {})
    parameters = {**target.get("SqsParameters", {}), **kinesis, **events}
    send(account, target["Arn"], Parcel(text, parameters=parameters))


def _call(account: Account, service: str, operation: str, text: str) -> None:
    try:
        client = account.client(_SERVICES.get(service, service))
        getattr(client, xform_name(operation))(**json.loads(text or "{}"))
    except (ClientError, BotoCoreError, AttributeError, TypeError, ValueError) as error:
        why = in_one_sentence(error)
        raise RefusedError(f"{service}:{operation} did not take it: {why}") from error
