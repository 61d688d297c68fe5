"""What a subscription gets of a topic's message, from what its dead-letter queue got."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError
from botocore.httpsession import URLLib3Session

from bus.operating.account import Account
from bus.operating.delivery.parcel import Parcel
from bus.operating.delivery.sending import send
from bus.operating.errors import RefusedError
from bus.operating.names import short

_CLIENT_ERROR = 400
_TIMEOUT = 15  # seconds that an endpoint has, as SNS gives it
# Lambda spells two of the envelope's members its own way (Lambda developer guide, "Invoking Lambda with SNS").
_SPELLINGS = {"SigningCertURL": "SigningCertUrl", "UnsubscribeURL": "UnsubscribeUrl"}


def deliver(account: Account, subscription: Mapping[str, Any], body: str, attributes: Mapping[str, Any]) -> None:
    """To its endpoint, by its protocol. `subscription` are its attributes. Raises RefusedError."""
    endpoint = subscription["Endpoint"]
    match subscription["Protocol"]:
        case "sqs":
            send(account, endpoint, Parcel(body, attributes=attributes))
        case "lambda":
            send(account, endpoint, Parcel(_as_records(subscription, body)))
        case "firehose":
            raw = subscription.get("RawMessageDelivery") == "true"
            send(account, endpoint, Parcel(body if raw else f"{body}\n"))
        case "http" | "https":
            _post(subscription, body)
        case protocol:
            raise RefusedError(f"SNS alone delivers by {protocol}; say another place with --to")


def _as_records(subscription: Mapping[str, Any], body: str) -> str:
    envelope = json.loads(body)
    message = {_SPELLINGS.get(name, name): value for name, value in envelope.items()}
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription["SubscriptionArn"],
        "Sns": {"Subject": None, "MessageAttributes": {}, **message},
    }
    return json.dumps({"Records": [record]})


def _post(subscription: Mapping[str, Any], body: str) -> None:
    """SNS developer guide, "HTTP/HTTPS headers"; the signature of an envelope is within it."""
    endpoint = subscription["Endpoint"]
    raw = subscription.get("RawMessageDelivery") == "true"
    headers = {
        "x-amz-sns-message-type": "Notification",
        "x-amz-sns-topic-arn": subscription["TopicArn"],
        "x-amz-sns-subscription-arn": subscription["SubscriptionArn"],
        "content-type": "text/plain; charset=UTF-8",
        "user-agent": "Amazon Simple Notification Service Agent",
    }
    if raw:
        headers["x-amz-sns-rawdelivery"] = "true"
    else:
        headers["x-amz-sns-message-id"] = json.loads(body)["MessageId"]
    request = AWSRequest("POST", endpoint, headers=headers, data=body.encode()).prepare()
    try:
        status = URLLib3Session(timeout=_TIMEOUT).send(request).status_code
    except BotoCoreError as error:
        raise RefusedError(f"{short(endpoint)} cannot be reached: {error}") from error
    if status >= _CLIENT_ERROR:
        raise RefusedError(f"{short(endpoint)} answered with status {status}")
