"""What the delivery suite knows of its AWS: clients, the passing of time, and the making of resources.

Everything here is done through boto3's clients, so the suite can be pointed at anything that answers them: the plane
in process, the plane over HTTP, AWS. Only how time passes differs, and `Time` says that.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from typing import Any, Protocol

import boto3

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {
                "Service": [
                    "lambda.amazonaws.com",
                    "events.amazonaws.com",
                    "pipes.amazonaws.com",
                    "scheduler.amazonaws.com",
                    "firehose.amazonaws.com",
                    "sns.amazonaws.com",
                ]
            },
            "Action": "sts:AssumeRole",
        }
    ],
}
_EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
_OPEN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}


class Time(Protocol):
    """How time passes where the suite runs."""

    def now(self) -> float:
        """Seconds since the Unix epoch."""

    def wait(self, seconds: float) -> None:
        """Let that much time pass."""

    def idle(self) -> None:
        """Let everything happen that is due soon."""


class Queue:
    """A queue, as its owner sees it."""

    def __init__(self, client: Any, url: str, arn: str) -> None:
        self._client, self.url, self.arn = client, url, arn

    def send(self, body: str, **more: Any) -> dict[str, Any]:
        """SendMessage; `more` are its other parameters."""
        sent: dict[str, Any] = self._client.send_message(QueueUrl=self.url, MessageBody=body, **more)
        return sent

    def receive(self, **more: Any) -> list[dict[str, Any]]:
        """Up to ten messages with all their attributes; `more` are parameters of ReceiveMessage."""
        asked = {"MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"], "MessageSystemAttributeNames": ["All"]}
        received = self._client.receive_message(QueueUrl=self.url, **asked | more)
        return list(received.get("Messages", ()))

    def delete(self, message: dict[str, Any]) -> None:
        """Delete what was received."""
        self._client.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])

    def drain(self) -> list[dict[str, Any]]:
        """Every message there is to receive now, deleted."""
        return list(self._drained())

    def bodies(self) -> list[str]:
        """The bodies of every message there is to receive now, deleted."""
        return [message["Body"] for message in self._drained()]

    def documents(self) -> list[Any]:
        """The same, read as JSON."""
        return [json.loads(body) for body in self.bodies()]

    def _drained(self) -> Iterator[dict[str, Any]]:
        while messages := self.receive():
            for message in messages:
                self.delete(message)
                yield message


@cache
def client(service: str, region: str) -> Any:
    """A boto3 client as it comes; in process, the platform that runs answers it."""
    keys = {"aws_access_key_id": "anyone", "aws_secret_access_key": "anything"}
    return boto3.client(service, region_name=region, **keys)  # type: ignore[call-overload]  # the stubs list services by literal names


class Aws:
    """Makes what a case needs, each time anew; names are `case-1`, `case-2` and so on.

    `make_client` gives out clients by service and region, which cases share.
    """

    def __init__(self, time: Time, make_client: Callable[[str, str], Any] = client, region: str = "us-east-1") -> None:
        self._time, self._make_client, self._region = time, make_client, region
        self._names = count(1)
        self._role: str | None = None

    def client(self, service: str) -> Any:
        """A boto3 client."""
        return self._make_client(service, self._region)

    def name(self) -> str:
        """A name that nothing has yet."""
        return f"case-{next(self._names)}"

    def now(self) -> float:
        """Seconds since the Unix epoch, where the suite runs."""
        return self._time.now()

    def wait(self, seconds: float) -> None:
        """Let that much time pass."""
        self._time.wait(seconds)

    def idle(self) -> None:
        """Let everything happen that is due soon."""
        self._time.idle()

    def queue(self, **attributes: Any) -> Queue:
        """A queue that every service may send to; `attributes` are CreateQueue's."""
        sqs = self.client("sqs")
        fifo = str(attributes.get("FifoQueue", "")).lower() == "true"
        name = self.name() + (".fifo" if fifo else "")
        given = {"Policy": json.dumps(_OPEN)} | {key: _text(value) for key, value in attributes.items()}
        url = sqs.create_queue(QueueName=name, Attributes=given)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        return Queue(sqs, url, arn)

    def topic(self, **attributes: Any) -> str:
        """The ARN of a topic; `attributes` are CreateTopic's."""
        fifo = str(attributes.get("FifoTopic", "")).lower() == "true"
        given = {key: _text(value) for key, value in attributes.items()}
        created = self.client("sns").create_topic(Name=self.name() + (".fifo" if fifo else ""), Attributes=given)
        return str(created["TopicArn"])

    def bus(self) -> str:
        """The name of an event bus."""
        name = self.name()
        self.client("events").create_event_bus(Name=name)
        return name

    def stream(self, shards: int = 1) -> str:
        """The ARN of a Kinesis stream."""
        name, kinesis = self.name(), self.client("kinesis")
        kinesis.create_stream(StreamName=name, ShardCount=shards)
        self.idle()
        described = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
        return str(described["StreamARN"])

    def table(self, view: str | None = None) -> str:
        """The name of a table with the text key `id`; `view` is the StreamViewType of its stream, if any."""
        name = self.name()
        stream = {} if view is None else {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": view}}
        self.client("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            **stream,
        )
        self.idle()
        return name

    def table_stream(self, table: str) -> str:
        """The ARN of a table's stream."""
        return str(self.client("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"])

    def bucket(self) -> str:
        """The name of a bucket."""
        name = self.name()
        self.client("s3").create_bucket(Bucket=name)
        return name

    def role(self) -> str:
        """The ARN of a role that every service may take on, and that may do everything."""
        if self._role is None:
            iam, name = self.client("iam"), self.name()
            made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST))["Role"]
            iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(_EVERYTHING))
            self._role = made["Arn"]
        return self._role

    def function(self, source: str, **settings: Any) -> str:
        """The name of a function; `source` is a Python module with `handler(event, context)`.

        `settings` are CreateFunction's other parameters, such as Timeout and Environment.
        """
        name = self.name()
        given = {"Runtime": "python3.13", "Handler": "code.handler", "Role": self.role()} | settings
        given["Handler"] = given["Handler"].replace("code.", "case_code.")
        zipped = _zipped("case_code.py", source)
        self.client("lambda").create_function(FunctionName=name, Code={"ZipFile": zipped}, **given)
        self.idle()
        return name

    def function_arn(self, name: str) -> str:
        """The ARN of a function."""
        return str(self.client("lambda").get_function_configuration(FunctionName=name)["FunctionArn"])


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _zipped(name: str, source: str) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), source)
    return whole.getvalue()
