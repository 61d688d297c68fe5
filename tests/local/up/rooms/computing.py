"""Scenarios of Lambda, Kinesis, DynamoDB, Firehose, Athena, and of what stacks make."""

import json
from typing import Any

from bus.local.http_api.request import HttpRequest
from tests.delivery.aws import Aws
from tests.local.up.rooms.bench import Bench
from tests.local.up.rooms.messaging import ECHO


def functions(aws: Aws, bench: Bench) -> None:
    """Asynchronous events that fail, mappings of a queue, of streams with bisecting and with windows, versions."""
    client, queue, dead = aws.client("lambda"), aws.queue(VisibilityTimeout="60"), aws.queue()
    name = aws.function(ECHO, Publish=True)
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    client.put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnFailure": {"Destination": dead.arn}}, MaximumRetryAttempts=1
    )
    client.create_event_source_mapping(EventSourceArn=queue.arn, FunctionName=name, BatchSize=5)
    stream, table = aws.stream(), aws.table("NEW_AND_OLD_IMAGES")
    latest = {"StartingPosition": "TRIM_HORIZON", "FunctionName": name}
    client.create_event_source_mapping(
        EventSourceArn=stream,
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=4,
        ParallelizationFactor=2,
        **latest,
    )
    client.create_event_source_mapping(EventSourceArn=aws.table_stream(table), TumblingWindowInSeconds=60, **latest)
    aws.wait(60)
    client.invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")
    for number in range(7):
        queue.send(str(number))
        aws.client("kinesis").put_record(StreamARN=stream, Data=b"%d" % number, PartitionKey=str(number))
        aws.client("dynamodb").put_item(TableName=table, Item={"id": {"S": str(number)}})
    aws.wait(2)
    bench.fail()
    bench.snapshot()
    for _ in range(3):
        bench.fail()
    bench.answer({})
    aws.wait(70)
    bench.answer({"batchItemFailures": []})
    bench.begin("lambda", "Invoke", FunctionName=f"{name}:live", Payload=b"{}")
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=2)


def streams(aws: Aws, bench: Bench) -> None:
    """Shards that are being split and merged, consumers, records in all of them, a retention that ends."""
    client, stream = aws.client("kinesis"), aws.stream(shards=2)
    put = [{"Data": b"%d" % number, "PartitionKey": str(number)} for number in range(20)]
    client.put_records(StreamARN=stream, Records=put)
    client.register_stream_consumer(StreamARN=stream, ConsumerName="c")
    half = str(2**126)
    client.split_shard(StreamARN=stream, ShardToSplit="shardId-000000000000", NewStartingHashKey=half)
    aws.wait(30)
    bench.snapshot()
    client.put_records(StreamARN=stream, Records=put)
    place = {"ShardId": "shardId-000000000001", "ShardIteratorType": "TRIM_HORIZON"}
    iterator = client.get_shard_iterator(StreamARN=stream, **place)["ShardIterator"]
    client.get_records(ShardIterator=iterator, Limit=3)
    client.update_shard_count(StreamARN=stream, TargetShardCount=4, ScalingType="UNIFORM_SCALING")


def tables(aws: Aws, bench: Bench) -> None:
    """Items that expire, an index that is being made, transactions with tokens, sets and numbers."""
    client, table = aws.client("dynamodb"), aws.table("NEW_AND_OLD_IMAGES")
    client.update_time_to_live(TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"})
    for number in range(8):
        expires = {"N": str(int(aws.now()) + 600 * number)}
        tags = {"SS": [f"t{each}" for each in range(number + 1)]}
        client.put_item(
            TableName=table, Item={"id": {"S": str(number)}, "until": expires, "tags": tags, "k": {"S": "k"}}
        )
    update: dict[str, Any] = {
        "TableName": table,
        "Key": {"id": {"S": "1"}},
        "UpdateExpression": "ADD n :n",
        "ExpressionAttributeValues": {":n": {"N": "1"}},
    }
    written = {"TransactItems": [{"Update": update}], "ClientRequestToken": "token"}
    client.transact_write_items(**written)
    bench.snapshot()
    client.transact_write_items(**written)
    client.transact_write_items(TransactItems=[{"Update": update}])
    index = {
        "IndexName": "by-k",
        "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    client.update_table(
        TableName=table,
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[{"Create": index}],
    )
    aws.wait(700)


def delivery_streams(aws: Aws, bench: Bench) -> None:
    """Records that are buffered, that a function transforms, and that end under the prefix of errors."""
    client, bucket = aws.client("firehose"), aws.bucket()
    lambda_arn = {"ParameterName": "LambdaArn", "ParameterValue": aws.function_arn(aws.function(ECHO))}
    processing = {"Enabled": True, "Processors": [{"Type": "Lambda", "Parameters": [lambda_arn]}]}
    destination = {
        "RoleARN": aws.role(),
        "BucketARN": f"arn:aws:s3:::{bucket}",
        "Prefix": "ok/!{timestamp:yyyy}/!{firehose:random-string}/",
        "ErrorOutputPrefix": "bad/!{firehose:error-output-type}/",
        "BufferingHints": {"IntervalInSeconds": 60, "SizeInMBs": 1},
    }
    client.create_delivery_stream(
        DeliveryStreamName="transformed",
        ExtendedS3DestinationConfiguration={**destination, "ProcessingConfiguration": processing},
    )
    client.create_delivery_stream(
        DeliveryStreamName="plain", ExtendedS3DestinationConfiguration={**destination, "CompressionFormat": "GZIP"}
    )
    aws.idle()
    for number in range(3):
        for stream in ("plain", "transformed"):
            client.put_record(DeliveryStreamName=stream, Record={"Data": b"%d\n" % number})
        aws.wait(25)
    bench.snapshot()
    bench.fail()
    client.put_record(DeliveryStreamName="plain", Record={"Data": b"buffered\n"})
    aws.wait(70)
    client.put_record(DeliveryStreamName="transformed", Record={"Data": b"more\n"})
    aws.wait(61)


def lake(aws: Aws, bench: Bench) -> None:
    """An Iceberg table that Firehose writes, and questions that Athena was asked."""
    athena, bucket = aws.client("athena"), aws.bucket()
    aws.client("glue").create_database(DatabaseInput={"Name": "shop"})
    started = {"ResultConfiguration": {"OutputLocation": f"s3://{bucket}/results/"}}

    def ask(sql: str) -> None:
        athena.start_query_execution(QueryString=sql, QueryExecutionContext={"Database": "shop"}, **started)
        aws.idle()

    table = f"CREATE TABLE shop.orders (id string, total bigint) LOCATION 's3://{bucket}/orders'"
    ask(f"{table} TBLPROPERTIES ('table_type' = 'ICEBERG')")
    settings = {
        "RoleARN": aws.role(),
        "CatalogConfiguration": {"CatalogARN": "arn:aws:glue:us-east-1:123456789012:catalog"},
    }
    s3 = {"RoleARN": aws.role(), "BucketARN": f"arn:aws:s3:::{bucket}", "ErrorOutputPrefix": "bad/"}
    into = [{"DestinationDatabaseName": "shop", "DestinationTableName": "orders"}]
    buffering = {"IntervalInSeconds": 10, "SizeInMBs": 1}
    aws.client("firehose").create_delivery_stream(
        DeliveryStreamName="lake",
        IcebergDestinationConfiguration={
            **settings,
            "S3Configuration": s3,
            "DestinationTableConfigurationList": into,
            "BufferingHints": buffering,
        },
    )
    aws.idle()

    def put(document: dict[str, Any]) -> None:
        aws.client("firehose").put_record(DeliveryStreamName="lake", Record={"Data": json.dumps(document).encode()})

    put({"id": "a", "total": 1})
    put({"id": "b", "total": "much"})
    aws.wait(15)
    ask("SELECT count(*) FROM shop.orders")
    bench.snapshot()
    put({"id": "c", "total": 3})
    aws.wait(15)
    ask("SELECT id, total FROM shop.orders ORDER BY id")
    ask("SELECT nothing FROM shop.orders")
    put({"id": "d", "total": 4})


TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters: { Rate: { Type: Number, Default: 2 } }
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      InlineCode: "def handler(event, context):\\n    return {}\\n"
      Environment: { Variables: { KEY: "{{resolve:ssm:/site/key}}" } }
      Events:
        First: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: "/customers/{id}/orders", Method: GET } }
        Second: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: "/orders/{id}/cancellation", Method: POST } }
        Third: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /orders, Method: POST } }
  Api:
    Type: AWS::Serverless::HttpApi
    Properties: { DefaultRouteSettings: { ThrottlingBurstLimit: !Ref Rate, ThrottlingRateLimit: 0.001 } }
  Queue: { Type: AWS::SQS::Queue, DeletionPolicy: Retain, Properties: { Tags: [{ Key: k, Value: v }] } }
  Bucket: { Type: AWS::S3::Bucket }
  Secret: { Type: AWS::SecretsManager::Secret, Properties: { GenerateSecretString: { PasswordLength: 20 } } }
Outputs:
  Api: { Value: !Ref Api }
"""


def stacks(aws: Aws, bench: Bench) -> None:
    """A stack with an HTTP API at its limit and requests under way, a change set, an update that is rolled back."""
    client = aws.client("cloudformation")
    aws.client("ssm").put_parameter(Name="/site/key", Value="one", Type="String")
    bench.deploy("site", TEMPLATE)
    [stack] = client.describe_stacks(StackName="site")["Stacks"]
    [api] = [output["OutputValue"] for output in stack["Outputs"]]
    request = HttpRequest.of("POST", "/orders", None, None, b"{}")
    bench.visit(api, request)
    bench.snapshot()
    bench.visit(api, request)
    bench.answer({"statusCode": 201})
    assert bench.visit(api, request).result().status == 429
    changed = TEMPLATE.replace("Value: v }", "Value: w }")
    named = {"Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"], "StackName": "site"}
    client.create_change_set(ChangeSetName="waiting", TemplateBody=changed, **named)
    aws.idle()
    client.update_stack(TemplateBody=changed.replace("PasswordLength: 20", "PasswordLength: 1"), **named)
    aws.wait(5)
    client.create_stack(StackName="other", TemplateBody='{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}')
