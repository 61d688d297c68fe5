"""Other code for functions that have been made."""

import io
import zipfile

from tests.delivery.aws import Aws, Queue


def telling(probe: Queue) -> str:
    """A module whose handler tells a FIFO queue what it is invoked with."""
    return (
        "import json, boto3\n"
        "def handler(event, context):\n"
        f"    boto3.client('sqs').send_message(QueueUrl={probe.url!r}, MessageBody=json.dumps({{'event': event}}),\n"
        "        MessageGroupId='g', MessageDeduplicationId=context.aws_request_id)\n"
    )


def repaired(aws: Aws, function: str, probe: Queue) -> None:
    """Deploy code that tells `probe` what it is invoked with."""
    replaced(aws, function, telling(probe))


def replaced(aws: Aws, function: str, code: str) -> None:
    """Deploy this code."""
    aws.client("lambda").update_function_code(FunctionName=function, ZipFile=zipped(code))
    aws.idle()


def zipped(code: str) -> bytes:
    """A deployment package of one module, as the delivery suite's functions have it."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("case_code.py", code)
    return whole.getvalue()
