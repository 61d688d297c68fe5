"""Which service a request is meant for: told by its target, its signature, its host or its path."""

import re
from collections.abc import Iterator

from bus.local.wire.messages import Request
from bus.local.wire.models import known_services

# The first part of X-Amz-Target, and of Smithy's paths: metadata of AWS's service models, `targetPrefix`.
TARGETS = {
    "AWSCognitoIdentityProviderService": "cognito-idp",
    "AWSCognitoIdentityService": "cognito-identity",
    "AWSEvents": "events",
    "AWSGlue": "glue",
    "AWSStepFunctions": "stepfunctions",
    "AmazonAthena": "athena",
    "AmazonSQS": "sqs",
    "AmazonSSM": "ssm",
    "DynamoDBStreams_20120810": "dynamodbstreams",
    "DynamoDB_20120810": "dynamodb",
    "Firehose_20150804": "firehose",
    "GraniteServiceVersion20100801": "cloudwatch",
    "Kinesis_20131202": "kinesis",
    "Logs_20140328": "logs",
    "ResourceGroupsTaggingAPI_20170126": "resourcegroupstaggingapi",
    "TrentService": "kms",
    "secretsmanager": "secretsmanager",
}
# Signing names, and first parts of AWS's hosts, that are not botocore's name of the service, or not of one alone. Of
# several the first that has the request's operation is meant.
SIGNED_AS = {
    "apigateway": ("apigatewayv2", "apigateway"),
    "dynamodb": ("dynamodb", "dynamodbstreams"),
    "email": ("sesv2", "ses"),
    "monitoring": ("cloudwatch",),
    "queue": ("sqs",),
    "ses": ("sesv2", "ses"),
    "states": ("stepfunctions",),
    "streams": ("dynamodbstreams",),
    "tagging": ("resourcegroupstaggingapi",),
}
# The version of each query API, which every request of it names: metadata of the service models, `apiVersion`.
VERSIONS = {
    "2010-03-31": "sns",
    "2010-05-08": "iam",
    "2010-05-15": "cloudformation",
    "2010-08-01": "cloudwatch",
    "2010-12-01": "ses",
    "2011-06-15": "sts",
    "2012-11-05": "sqs",
}
_SCOPE = re.compile(r"Credential=[^,\s]*/\d{8}/(?:[^/,\s]+/)?([^/,\s]+)/aws4_request")
_PRESIGNED = re.compile(r"X-Amz-(?:Credential=[^&]*)%2F([^%&]+)%2Faws4_request", re.IGNORECASE)
_VERSION = re.compile(r"(?:^|&)Version=(\d{4}-\d{2}-\d{2})(?:&|$)")
_LOOPBACK = re.compile(r"localhost|[\d.]+|\[[^\]]*\]")


def named(signing_name: str) -> tuple[str, ...]:
    """Botocore's names of the services that are signed for, or have a host, by a name."""
    name = signing_name.lower()
    return SIGNED_AS.get(name) or ((name,) if name in known_services() else ())


def candidates(request: Request) -> list[str]:
    """The services that a request's signature or its host may mean, the likeliest first."""
    signed = scope_service(request)
    return [*(_by_host(request.headers.get("host", "")) if signed is None else named(signed))]


def by_version(form: str) -> tuple[str, ...]:
    """The service that a form of the query protocol is for, by the version that it names."""
    version = _VERSION.search(form)
    return (VERSIONS[version[1]],) if version is not None and version[1] in VERSIONS else ()


def scope_service(request: Request) -> str | None:
    """The service in the credential's scope of a signed request, in a header or in the URL."""
    found = _SCOPE.search(request.headers.get("authorization", ""))
    if found is None and request.query:
        found = _PRESIGNED.search(request.query.replace("/", "%2F"))
    return None if found is None else found[1]


def _by_host(host: str) -> Iterator[str]:
    labels = host.partition(":")[0].lower().split(".")
    if bucket_in(host) is not None or "s3" in labels:
        yield "s3"
    elif len(labels) > 1 and not _LOOPBACK.fullmatch(host.partition(":")[0]):
        for label in labels[:2]:  # "us-east-1.queue.amazonaws.com" is SQS's oldest
            yield from named(label)


def bucket_in(host: str) -> str | None:
    """The bucket that a host names: "bucket.s3.localhost", "bucket.s3.us-east-1.amazonaws.com", "bucket.localhost"."""
    name = host.partition(":")[0].lower()
    bucket, found, _ = name.partition(".s3.")
    if found and bucket:
        return bucket
    if name.endswith(".localhost") and not name.startswith("s3."):
        first = name.removesuffix(".localhost")
        return None if named(first.partition(".")[0]) else first
    return None
