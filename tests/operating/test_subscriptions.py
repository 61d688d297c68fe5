"""Letters of subscriptions: to functions, to HTTP endpoints, to delivery streams."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bus.local.outside import Outside
from tests.delivery import firehose
from tests.delivery.aws import Aws, Queue
from tests.operating.code import telling, zipped


class Hook(HTTPServer):
    """An HTTP endpoint on this machine; it answers with `status`, and keeps what it was posted."""

    def __init__(self) -> None:
        self.status, self.posted = 200, list[tuple[dict[str, str], str]]()
        super().__init__(("127.0.0.1", 0), _Posts)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/news"


class _Posts(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.server.posted.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def topic(aws: Aws) -> str:
    return aws.topic()


@pytest.fixture
def dead(aws: Aws) -> Queue:
    return aws.queue()


def subscribed(aws: Aws, topic: str, dead: Queue, protocol: str, endpoint: str, **more: str) -> str:
    policy = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": dead.arn})}
    answer = aws.client("sns").subscribe(
        TopicArn=topic, Protocol=protocol, Endpoint=endpoint, Attributes=policy | more, ReturnSubscriptionArn=True
    )
    return str(answer["SubscriptionArn"])


def name_of(queue: Queue) -> str:
    return queue.arn.rpartition(":")[2]


def test_a_letter_for_a_function_is_invoked_as_sns_invokes_it(aws, topic, dead, operator):
    probe, functions = aws.queue(FifoQueue="true"), aws.client("lambda")
    name = aws.function("def handler(event, context): ...")
    subscription = subscribed(aws, topic, dead, "lambda", aws.function_arn(name))
    functions.delete_function(FunctionName=name)
    aws.client("sns").publish(TopicArn=topic, Subject="news", Message="hello")
    aws.idle()

    [letter] = operator.letters(name_of(dead))
    assert (letter.reason.kind, letter.reason.by) == ("subscription", subscription)
    assert operator.redrive(name_of(dead)).stayed == 1
    assert "ResourceNotFoundException" in operator.heard.complaints[0]
    code = {"ZipFile": zipped(telling(probe))}
    functions.create_function(
        FunctionName=name, Runtime="python3.13", Handler="case_code.handler", Role=aws.role(), Code=code
    )
    aws.idle()
    assert operator.redrive(name_of(dead)).done == 1
    aws.idle()

    [told] = probe.documents()
    [record] = told["event"]["Records"]
    assert (record["EventSource"], record["EventSubscriptionArn"]) == ("aws:sns", subscription)
    assert (record["Sns"]["Subject"], record["Sns"]["Message"]) == ("news", "hello")
    assert record["Sns"].keys() >= {"SigningCertUrl", "UnsubscribeUrl"}
    assert dead.receive() == []


@pytest.mark.parametrize("raw", ["false", "true"])
def test_a_letter_for_an_http_endpoint_is_posted_as_sns_posts_it(empty, aws, topic, dead, operator, hook, raw):
    asked = []
    Outside.of(empty.plane).answer("127.0.0.1", lambda request: asked.append(json.loads(request.body)) or 200)
    subscription = subscribed(aws, topic, dead, "http", hook.url, RawMessageDelivery=raw)
    aws.idle()
    aws.client("sns").confirm_subscription(TopicArn=topic, Token=asked[0]["Token"])
    Outside.of(empty.plane).answer("127.0.0.1", lambda _: 403)
    aws.client("sns").publish(TopicArn=topic, Message="hello")
    aws.wait(60)

    hook.status = 503
    assert operator.redrive(name_of(dead)).stayed == 1
    assert operator.heard.complaints == [f"{hook.url} answered with status 503"]
    hook.status = 200
    assert operator.redrive(name_of(dead)).done == 1

    headers, body = hook.posted[-1]
    assert (headers["x-amz-sns-message-type"], headers["x-amz-sns-subscription-arn"]) == ("Notification", subscription)
    assert headers.get("x-amz-sns-rawdelivery") == ("true" if raw == "true" else None)
    assert (body if raw == "true" else json.loads(body)["Message"]) == "hello"
    assert dead.receive() == []


def test_a_letter_for_an_http_endpoint_that_is_not_there_stays(empty, aws, topic, dead, operator):
    asked = []
    Outside.of(empty.plane).answer("127.0.0.1", lambda request: asked.append(json.loads(request.body)) or 200)
    subscribed(aws, topic, dead, "http", "http://127.0.0.1:9/news")  # the port of "discard": nothing listens there
    aws.idle()
    aws.client("sns").confirm_subscription(TopicArn=topic, Token=asked[0]["Token"])
    Outside.of(empty.plane).answer("127.0.0.1", lambda _: 403)
    aws.client("sns").publish(TopicArn=topic, Message="hello")
    aws.wait(60)

    assert operator.redrive(name_of(dead)).stayed == 1

    assert operator.heard.complaints[0].startswith("http://127.0.0.1:9/news cannot be reached: ")
    assert len(dead.receive()) == 1


def test_a_letter_for_a_delivery_stream_is_put_as_a_line(aws, topic, dead, operator):
    bucket = aws.bucket()
    stream = firehose.s3_stream(aws, bucket)
    described = aws.client("firehose").describe_delivery_stream(DeliveryStreamName=stream)
    arn = described["DeliveryStreamDescription"]["DeliveryStreamARN"]
    subscribed(aws, topic, dead, "firehose", arn, SubscriptionRoleArn=aws.role())
    aws.client("firehose").delete_delivery_stream(DeliveryStreamName=stream)
    aws.wait(60)
    aws.client("sns").publish(TopicArn=topic, Message="hello")
    aws.idle()

    assert operator.redrive(name_of(dead)).stayed == 1
    made_again(aws, stream, bucket)
    assert operator.redrive(name_of(dead)).done == 1
    aws.wait(70)

    [body] = firehose.objects(aws, bucket).values()
    assert json.loads(body)["Message"] == "hello"
    assert body.endswith(b"\n")


def made_again(aws: Aws, stream: str, bucket: str) -> None:
    """The delivery stream of that name."""
    destination = {
        "RoleARN": aws.role(),
        "BucketARN": f"arn:aws:s3:::{bucket}",
        "BufferingHints": {"IntervalInSeconds": 60, "SizeInMBs": 5},
    }
    aws.client("firehose").create_delivery_stream(
        DeliveryStreamName=stream, ExtendedS3DestinationConfiguration=destination
    )
    aws.idle()
