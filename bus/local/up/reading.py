"""Which operations change nothing, and so need no place in the journal."""

from urllib.parse import parse_qs

from bus.local.wire.messages import Request

_READING = ("BatchGet", "Describe", "Get", "List", "Query", "Scan", "TransactGet", "Validate", "Lookup", "Check")
# They count against a quota of the shard, move the place of a reader, or make credentials.
_CHANGING = frozenset(
    {
        ("kinesis", "GetRecords"),
        ("kinesis", "GetShardIterator"),
        ("dynamodbstreams", "GetRecords"),
        ("dynamodbstreams", "GetShardIterator"),
        ("sts", "GetSessionToken"),
        ("sts", "GetFederationToken"),
        ("secretsmanager", "GetRandomPassword"),
        ("iam", "GetCredentialReport"),
    }
)


def reads(service: str, operation: str) -> bool:
    """Whether an operation only reads; when in doubt, it does not."""
    return operation.startswith(_READING) and (service, operation) not in _CHANGING


def reads_raw(service: str, request: Request) -> bool:
    """The same for a request that moto will answer."""
    if service == "s3":
        return request.method in {"GET", "HEAD"}
    target = request.headers.get("x-amz-target")
    if target is not None:
        return reads(service, target.rpartition(".")[2])
    asked = parse_qs(request.query).get("Action")  # the query protocol's operation may be in a form or in the URL
    if asked is None and request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        asked = parse_qs(request.body.decode("latin-1")).get("Action", [])
    if asked is not None:
        return reads(service, "".join(asked))
    if "/operation/" in request.path:
        return reads(service, request.path.rpartition("/")[2])
    return request.method == "GET"
