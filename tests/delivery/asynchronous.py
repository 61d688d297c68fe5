"""What the cases of asynchronous invocation say again and again."""

import json
from typing import Any

from tests.delivery.aws import Aws

FAILS = "def handler(event, context):\n    raise ValueError('no such order')\n"


def sent(aws: Aws, name: str, event: Any = "event", **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = aws.client("lambda").invoke(
        FunctionName=name, InvocationType="Event", Payload=json.dumps(event), **more
    )
    aws.idle()
    return answer


def configured(aws: Aws, name: str, **settings: Any) -> dict[str, Any]:
    answer: dict[str, Any] = aws.client("lambda").put_function_event_invoke_config(FunctionName=name, **settings)
    return answer
