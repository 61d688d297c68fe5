"""Each service's dead letters: shown with their reason, sent back, and there."""

import base64
import json

from tests.delivery import asynchronous, dead_letters, mappings, pipes, rules, schedules
from tests.operating.code import repaired, replaced

EVENT = {"metadata": {"event_id": "e-1", "correlation_id": "c-1"}, "data": {"total": 5}}


def name_of(queue) -> str:
    return queue.arn.rpartition(":")[2]


def test_a_queues_letter_says_who_received_it_how_often_and_goes_back_to_the_queue(aws, operator):
    dead = aws.queue()
    source = dead_letters.with_dead_letters(aws, dead, 2)
    source.send("hello", MessageAttributes={"a": {"DataType": "String", "StringValue": "1"}})
    for _ in range(3):
        dead_letters.fail(aws, source)

    [letter] = operator.letters(name_of(dead))
    assert letter.reason.said == f"received 2 times from {name_of(source)} and never deleted (maxReceiveCount 2)"
    tally = operator.redrive(name_of(dead))

    assert (tally.done, tally.stayed) == (1, 0)
    [back] = source.receive()
    assert (back["Body"], back["MessageAttributes"]["a"]["StringValue"]) == ("hello", "1")
    assert dead.receive() == []


def test_a_rules_letter_has_its_error_and_goes_straight_to_the_target_by_its_transformation(aws, operator):
    dead = aws.queue()
    rule = rules.Rule(aws)
    bystander = rule.queue()
    topic = aws.topic()
    transformed = {
        "InputPathsMap": {"id": "$.detail.metadata.event_id"},
        "InputTemplate": '{"got": <id>, "at": "<aws.events.rule-name>"}',
    }
    rule.target(topic, DeadLetterConfig={"Arn": dead.arn}, InputTransformer=transformed)
    aws.client("sns").delete_topic(TopicArn=topic)
    rule.put(EVENT)
    bystander.drain()

    [letter] = operator.letters(name_of(dead))
    assert letter.reason.kind == "rule"
    assert letter.reason.said.startswith("NO_RESOURCE: ")
    assert letter.reason.said.endswith("(without a retry)")
    assert letter.facts["correlation_id"] == "c-1"
    assert (letter.facts["type"], letter.facts["event_id"]) == ("OrderPlaced", "e-1")

    arrived = aws.queue()
    made = aws.client("sns").create_topic(Name=topic.rpartition(":")[2])["TopicArn"]
    aws.client("sns").subscribe(
        TopicArn=made, Protocol="sqs", Endpoint=arrived.arn, Attributes={"RawMessageDelivery": "true"}
    )
    tally = operator.redrive(name_of(dead))
    aws.idle()

    assert tally.done == 1
    assert arrived.documents() == [{"got": "e-1", "at": rule.name}]
    assert bystander.drain() == []


def test_what_its_target_still_refuses_stays_and_is_told(aws, operator):
    dead, rule = aws.queue(), rules.Rule(aws)
    topic = aws.topic()
    rule.target(topic, DeadLetterConfig={"Arn": dead.arn})
    aws.client("sns").delete_topic(TopicArn=topic)
    rule.put(EVENT)

    tally = operator.redrive(name_of(dead))

    assert (tally.done, tally.stayed) == (0, 1)
    assert "Publish: NotFound: " in operator.heard.complaints[0]
    assert len(dead.receive()) == 1


def test_a_subscriptions_letter_goes_to_its_endpoint_alone(aws, operator):
    dead, topic, sns = aws.queue(), aws.topic(), aws.client("sns")
    endpoint, other = aws.queue(), aws.queue()
    policy = json.dumps({"deadLetterTargetArn": dead.arn})
    for queue in (endpoint, other):
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn, Attributes={"RedrivePolicy": policy})
    aws.client("sqs").delete_queue(QueueUrl=endpoint.url)
    aws.wait(61)
    sns.publish(TopicArn=topic, Message=json.dumps({"source": "s", "detail-type": "T", "detail": EVENT}))
    aws.idle()
    other.drain()

    [letter] = operator.letters(name_of(dead))
    assert letter.reason.kind == "subscription"
    assert letter.reason.said == f"{endpoint.arn.rpartition(':')[2]} did not take it (SNS does not say why)"
    assert letter.facts["event_id"] == "e-1"

    aws.client("sqs").create_queue(QueueName=endpoint.arn.rpartition(":")[2])
    assert operator.redrive(name_of(dead)).done == 1

    [message] = endpoint.documents()
    assert json.loads(message["Message"])["detail"] == EVENT
    assert other.drain() == []


def test_a_functions_dead_letter_is_invoked_again_asynchronously(aws, operator):
    dead = aws.queue()
    function = aws.function(asynchronous.FAILS, DeadLetterConfig={"TargetArn": dead.arn})
    asynchronous.sent(aws, function, {"order": 1})
    aws.wait(600)

    [letter] = operator.letters(name_of(dead))
    assert (letter.reason.kind, letter.reason.said) == ("function", "no such order (status 200)")
    probe = aws.queue(FifoQueue="true")
    repaired(aws, function, probe)
    assert operator.redrive(name_of(dead)).done == 1
    aws.idle()

    assert [told["event"] for told in probe.documents()] == [{"order": 1}]


def test_an_invocation_record_says_what_was_raised_and_its_payload_is_invoked_again(aws, operator):
    dead = aws.queue()
    function = aws.function(asynchronous.FAILS)
    asynchronous.configured(aws, function, DestinationConfig={"OnFailure": {"Destination": dead.arn}})
    asynchronous.sent(aws, function, {"source": "s", "detail-type": "T", "detail": EVENT})
    aws.wait(600)

    [letter] = operator.letters(name_of(dead))
    assert letter.reason.said == "ValueError: no such order (RetriesExhausted after 3 invocations)"
    assert letter.facts["event_id"] == "e-1"
    probe = aws.queue(FifoQueue="true")
    repaired(aws, function, probe)
    assert operator.redrive(name_of(dead)).done == 1
    aws.idle()

    assert [told["event"]["detail"] for told in probe.documents()] == [EVENT]


def test_a_pipes_letter_is_read_from_the_stream_again_and_taken_through_enrichment_and_target(aws, operator):
    dead, out = aws.queue(), aws.queue()
    stream = aws.stream()
    fails = "import json\ndef handler(events, context):\n    raise ValueError('no')\n"
    enrichment = aws.function(fails)
    pipes.pipe(
        aws,
        stream,
        out.arn,
        Enrichment=aws.function_arn(enrichment),
        EnrichmentParameters={"InputTemplate": '{"n": <$.data.n>}'},
        TargetParameters={"InputTemplate": '{"doubled": <$.twice>}'},
        SourceParameters={
            **pipes.filters({"data": {"n": [{"numeric": [">", 1]}]}}),
            **pipes.kinesis(MaximumRetryAttempts=0, DeadLetterConfig={"Arn": dead.arn}),
        },
    )
    pipes.put_numbers(aws, stream, 1, 2, 3)
    aws.wait(30)

    [letter] = operator.letters(name_of(dead))
    assert letter.reason.kind == "pipe"
    assert letter.reason.code == "RetryAttemptsExhausted"
    seen = [json.loads(base64.b64decode(record["kinesis"]["data"])) for record in letter.records.records]
    assert seen == [{"n": 2}, {"n": 3}]
    replaced(aws, enrichment, "def handler(events, context):\n    return [{'twice': 2 * e['n']} for e in events]\n")
    assert operator.redrive(name_of(dead)).done == 1

    assert out.documents() == [{"doubled": 4}, {"doubled": 6}]
    assert dead.receive() == []


def test_a_mappings_letter_of_a_table_is_handed_to_its_function_again(aws, operator):
    dead, table = aws.queue(), aws.table("NEW_IMAGE")
    mapped = mappings.stream_mapped(
        aws,
        aws.table_stream(table),
        mappings.FAILS_ON_POISON,
        MaximumRetryAttempts=0,
        BisectBatchOnFunctionError=True,
        DestinationConfig={"OnFailure": {"Destination": dead.arn}},
    )
    mappings.write(aws, table, "a", "poison", "b")
    aws.wait(60)
    mapped.events()

    letters = operator.letters(name_of(dead))
    assert [letter.reason.kind for letter in letters] == ["mapping"] * len(letters)
    assert "poison" in [r["dynamodb"]["Keys"]["id"]["S"] for letter in letters for r in letter.records.records]
    tally = operator.redrive(name_of(dead))
    assert (tally.done, tally.stayed) == (len(letters) - 1, 1)
    assert "ValueError: poison" in operator.heard.complaints[0]


def test_a_mappings_letter_of_a_kinesis_stream_is_read_again_and_goes_to_its_function(aws, operator):
    dead, stream = aws.queue(), aws.stream()
    mapped = mappings.stream_mapped(
        aws,
        stream,
        "raise ValueError('no')",
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": dead.arn}},
    )
    event = {"source": "s", "detail-type": "T", "detail": EVENT}
    mappings.put(aws, stream, json.dumps(event))
    aws.wait(60)

    [letter] = operator.letters(name_of(dead))
    assert (letter.reason.kind, letter.reason.code) == ("mapping", "RetryAttemptsExhausted")
    assert "invoked 2 times" in letter.reason.said
    assert letter.facts["event_id"] == "e-1"
    assert operator.letters(name_of(dead), "event_id=e-2") == []
    probe = aws.queue(FifoQueue="true")
    repaired(aws, mapped.function, probe)
    assert operator.redrive(name_of(dead), "type=T").done == 1

    [told] = probe.documents()
    [record] = told["event"]["Records"]
    assert json.loads(base64.b64decode(record["kinesis"]["data"])) == event
    assert (record["eventSource"], record["eventSourceARN"]) == ("aws:kinesis", stream)
    assert dead.receive() == []


def test_records_that_the_stream_has_no_more_leave_their_letter_where_it_is(aws, operator):
    dead, stream = aws.queue(), aws.stream()
    function = mappings.stream_mapped(
        aws,
        stream,
        "raise ValueError('no')",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": dead.arn}},
    )
    mappings.put(aws, stream, "x")
    aws.wait(60)
    aws.wait(86_400 * 2)

    [letter] = operator.letters(name_of(dead))
    tally = operator.redrive(name_of(dead))

    assert letter.records.expired
    assert letter.as_json(full=False)["expired"] is True
    assert (tally.done, tally.stayed) == (0, 1)
    assert "has its records no more" in operator.heard.complaints[0]
    assert function.uuid
    assert len(dead.receive()) == 1


def test_a_schedules_letter_goes_to_its_target(aws, operator):
    dead, target = aws.queue(), aws.queue()
    aws.client("sqs").delete_queue(QueueUrl=target.url)
    schedules.schedule(
        aws,
        schedules.in_seconds(aws, 60),
        schedules.to(target, "wake up", DeadLetterConfig={"Arn": dead.arn}, RetryPolicy={"MaximumRetryAttempts": 0}),
    )
    aws.wait(120)

    [letter] = operator.letters(name_of(dead))
    assert letter.reason.kind == "schedule"
    assert "QueueDoesNotExist" in letter.reason.said or "NonExistentQueue" in letter.reason.said
    aws.client("sqs").create_queue(QueueName=target.arn.rpartition(":")[2])
    assert operator.redrive(name_of(dead)).done == 1

    assert target.bodies() == ["wake up"]
