"""What calls need, where it is more than the operation's own action on the one resource that it names."""

from typing import Any

import pytest

from bus.local.access.directory import Directory
from bus.local.access.identities import Identities
from bus.local.access.needs import Call, Need, needs_of
from bus.local.dynamodb import DynamoDbRoom
from bus.local.plane import Plane

HERE = f"us-east-1:{Plane.account}"
TABLE = f"arn:aws:dynamodb:{HERE}:table"
ME = f"arn:aws:iam::{Plane.account}:user/me"


@pytest.fixture
def directory(plane: Plane, iam: Any) -> Directory:  # noqa: ARG001 - moto is to be active
    plane.open(DynamoDbRoom(plane))
    plane.call(
        "dynamodb",
        "CreateTable",
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "gk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "g",
                "KeySchema": [{"AttributeName": "gk", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    return Directory(plane, Identities(plane.account))


def needed(directory: Directory, service: str, operation: str, **params: Any) -> list[tuple[str, str]]:
    return [(need.action, need.resource) for need in needs(directory, service, operation, **params)]


def needs(directory: Directory, service: str, operation: str, **params: Any) -> list[Need]:
    return needs_of(service, Call(operation, params, directory, ME))


@pytest.mark.parametrize(
    ("service", "operation", "params", "expected"),
    [
        (
            "sqs",
            "SendMessageBatch",
            {"QueueUrl": "http://127.0.0.1:4566/1/q"},
            [("sqs:SendMessage", f"arn:aws:sqs:{HERE}:q")],
        ),
        ("sns", "Publish", {"PhoneNumber": "+4670"}, [("sns:Publish", "+4670")]),
        (
            "sns",
            "Unsubscribe",
            {"SubscriptionArn": f"arn:aws:sns:{HERE}:t:id"},
            [("sns:Unsubscribe", f"arn:aws:sns:{HERE}:t")],
        ),
        (
            "events",
            "PutTargets",
            {"Rule": "r", "EventBusName": "b", "Targets": [{"Arn": "x", "RoleArn": "arn:aws:iam::1:role/r"}]},
            [("events:PutTargets", f"arn:aws:events:{HERE}:rule/b/r"), ("iam:PassRole", "arn:aws:iam::1:role/r")],
        ),
        ("events", "PutRule", {"Name": "r"}, [("events:PutRule", f"arn:aws:events:{HERE}:rule/r")]),
        (
            "dynamodb",
            "Query",
            {"TableName": "orders", "IndexName": "g"},
            [("dynamodb:Query", f"{TABLE}/orders/index/g")],
        ),
        (
            "dynamodb",
            "TransactWriteItems",
            {
                "TransactItems": [
                    {"Put": {"TableName": "a"}},
                    {"ConditionCheck": {"TableName": "b"}},
                    {"Delete": {"TableName": "a"}},
                ]
            },
            [
                ("dynamodb:PutItem", f"{TABLE}/a"),
                ("dynamodb:ConditionCheckItem", f"{TABLE}/b"),
                ("dynamodb:DeleteItem", f"{TABLE}/a"),
            ],
        ),
        (
            "dynamodb",
            "BatchGetItem",
            {"RequestItems": {"a": {"Keys": []}, "b": {"Keys": []}}},
            [("dynamodb:BatchGetItem", f"{TABLE}/a"), ("dynamodb:BatchGetItem", f"{TABLE}/b")],
        ),
        (
            "dynamodb",
            "ExecuteStatement",
            {"Statement": 'UPDATE "orders" SET a=1'},
            [("dynamodb:PartiQLUpdate", f"{TABLE}/orders")],
        ),
        (
            "lambda",
            "Invoke",
            {"FunctionName": "f", "Qualifier": "live"},
            [("lambda:InvokeFunction", f"arn:aws:lambda:{HERE}:function:f:live")],
        ),
        (
            "lambda",
            "GetFunction",
            {"FunctionName": f"{Plane.account}:f"},
            [("lambda:GetFunction", f"arn:aws:lambda:{HERE}:function:f")],
        ),
        (
            "lambda",
            "CreateFunction",
            {"FunctionName": "f", "Role": "arn:aws:iam::1:role/r"},
            [("lambda:CreateFunction", f"arn:aws:lambda:{HERE}:function:f"), ("iam:PassRole", "arn:aws:iam::1:role/r")],
        ),
        (
            "s3",
            "CopyObject",
            {"Bucket": "b", "Key": "k", "CopySource": "c/a%20b?versionId=7"},
            [("s3:GetObjectVersion", "arn:aws:s3:::c/a b"), ("s3:PutObject", "arn:aws:s3:::b/k")],
        ),
        (
            "s3",
            "DeleteObjects",
            {"Bucket": "b", "Delete": {"Objects": [{"Key": "x"}, {"Key": "y", "VersionId": "1"}]}},
            [("s3:DeleteObject", "arn:aws:s3:::b/x"), ("s3:DeleteObjectVersion", "arn:aws:s3:::b/y")],
        ),
        (
            "s3",
            "PutObject",
            {"Bucket": "b", "Key": "k", "ACL": "private"},
            [("s3:PutObject", "arn:aws:s3:::b/k"), ("s3:PutObjectAcl", "arn:aws:s3:::b/k")],
        ),
        ("s3", "HeadObject", {"Bucket": "b", "Key": "k"}, [("s3:GetObject", "arn:aws:s3:::b/k")]),
        (
            "ssm",
            "GetParameters",
            {"Names": ["/a/b", "c:3"]},
            [
                ("ssm:GetParameters", f"arn:aws:ssm:{HERE}:parameter/a/b"),
                ("ssm:GetParameters", f"arn:aws:ssm:{HERE}:parameter/c"),
            ],
        ),
        (
            "logs",
            "PutLogEvents",
            {"logGroupName": "/g", "logStreamName": "s"},
            [("logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:/g:log-stream:s")],
        ),
        (
            "glue",
            "GetTable",
            {"DatabaseName": "d", "Name": "t"},
            [("glue:GetTable", f"arn:aws:glue:{HERE}:{each}") for each in ("catalog", "database/d", "table/d/t")],
        ),
        (
            "athena",
            "StartQueryExecution",
            {"QueryString": "x"},
            [("athena:StartQueryExecution", f"arn:aws:athena:{HERE}:workgroup/primary")],
        ),
        (
            "apigatewayv2",
            "UpdateRoute",
            {"ApiId": "a1", "RouteId": "r/2"},
            [("apigateway:PATCH", "arn:aws:apigateway:us-east-1::/apis/a1/routes/r%2F2")],
        ),
        ("iam", "CreateAccessKey", {}, [("iam:CreateAccessKey", ME)]),
        (
            "iam",
            "CreateRole",
            {"RoleName": "r", "Path": "/team/"},
            [("iam:CreateRole", f"arn:aws:iam::{Plane.account}:role/team/r")],
        ),
        (
            "cloudformation",
            "CreateStack",
            {"StackName": "s"},
            [("cloudformation:CreateStack", f"arn:aws:cloudformation:{HERE}:stack/s/*")],
        ),
        (
            "kinesis",
            "GetRecords",
            {"ShardIterator": "events/shardId-0/0/1.0"},
            [("kinesis:GetRecords", f"arn:aws:kinesis:{HERE}:stream/events")],
        ),
        (
            "scheduler",
            "GetSchedule",
            {"Name": "s"},
            [("scheduler:GetSchedule", f"arn:aws:scheduler:{HERE}:schedule/default/s")],
        ),
        ("resourcegroupstaggingapi", "GetResources", {}, [("tag:GetResources", "*")]),
    ],
)
def test_a_call_needs_every_action_on_everything_it_touches(
    directory: Directory, service: str, operation: str, params: dict[str, Any], expected: list[tuple[str, str]]
):
    assert needed(directory, service, operation, **params) == expected


def test_events_are_put_with_their_sources_bus_by_bus(directory: Directory):
    entries = [
        {"Source": "a", "DetailType": "X"},
        {"Source": "b", "DetailType": "X", "EventBusName": "orders"},
        {"Source": "c", "EventBusName": f"arn:aws:events:{HERE}:event-bus/orders"},
    ]

    first, second = needs(directory, "events", "PutEvents", Entries=entries)

    assert first.resource == f"arn:aws:events:{HERE}:event-bus/default"
    assert first.keys == {"events:source": ["a"], "events:detail-type": ["X"], "events:eventBusInvocation": "false"}
    assert second.resource == f"arn:aws:events:{HERE}:event-bus/orders"
    assert second.keys["events:source"] == ["b", "c"]


@pytest.mark.parametrize(
    ("operation", "params", "keys"),
    [
        ("GetItem", {"TableName": "orders", "Key": {"pk": {"S": "1"}}}, ["1"]),
        ("PutItem", {"TableName": f"{TABLE}/orders", "Item": {"pk": {"S": "2"}, "x": {"S": "y"}}}, ["2"]),
        (
            "BatchWriteItem",
            {
                "RequestItems": {
                    "orders": [
                        {"DeleteRequest": {"Key": {"pk": {"S": "3"}}}},
                        {"PutRequest": {"Item": {"pk": {"S": "4"}}}},
                    ]
                }
            },
            ["3", "4"],
        ),
        (
            "Query",
            {
                "TableName": "orders",
                "KeyConditionExpression": "#k = :v",
                "ExpressionAttributeNames": {"#k": "pk"},
                "ExpressionAttributeValues": {":v": {"S": "5"}},
            },
            ["5"],
        ),
        (
            "Query",
            {
                "TableName": "orders",
                "IndexName": "g",
                "KeyConditionExpression": "gk = :v",
                "ExpressionAttributeValues": {":v": {"S": "6"}},
            },
            ["6"],
        ),
        (
            "Query",
            {
                "TableName": "orders",
                "KeyConditions": {"pk": {"AttributeValueList": [{"S": "7"}], "ComparisonOperator": "EQ"}},
            },
            ["7"],
        ),
        ("Scan", {"TableName": "orders"}, None),
    ],
)
def test_leading_keys_are_the_partitions_that_a_call_asks_for(
    directory: Directory, operation: str, params: dict[str, Any], keys: list[str] | None
):
    (need,) = needs(directory, "dynamodb", operation, **params)

    leading: Any = need.keys["dynamodb:LeadingKeys"]
    assert leading() == keys


def test_a_listing_has_a_prefix_even_when_it_has_none(directory: Directory):
    assert needs(directory, "s3", "ListObjectsV2", Bucket="b")[0].keys["s3:prefix"] == ""
    assert needs(directory, "s3", "ListObjectsV2", Bucket="b", Prefix="home/")[0].keys["s3:prefix"] == "home/"


def test_mail_is_sent_from_an_identity(directory: Directory):
    (need,) = needs(
        directory,
        "sesv2",
        "SendEmail",
        FromEmailAddress="Orders <orders@shop.example>",
        Destination={"ToAddresses": ["a@b.example"]},
        Content={"Simple": {}},
    )

    assert need.resource == f"arn:aws:ses:{HERE}:identity/orders@shop.example"
    assert need.keys["ses:FromAddress"] == "orders@shop.example"
    assert need.keys["ses:Recipients"] == ["a@b.example"]
