"""How each service words a refusal: its codes, its statuses, the name that its callers sign for.

Services of the JSON protocols have codes that end in "Exception"; those of the query protocol have none. S3's are its
own (S3 API reference, "Error responses"), and three services keep codes of the protocol that they spoke before.
"""

from dataclasses import dataclass
from functools import cache

JSON, REST, QUERY, S3 = "json", "rest-json", "query", "s3"

_PROTOCOLS = {
    **dict.fromkeys(("cloudformation", "iam", "ses", "sns", "sts"), QUERY),
    **dict.fromkeys(("apigateway", "apigatewayv2", "lambda", "pipes", "scheduler", "schemas", "sesv2"), REST),
    "s3": S3,
    # They speak JSON or CBOR with the codes of the query protocol (botocore, `awsQueryCompatible`).
    "cloudwatch": QUERY,
    "sqs": QUERY,
}
# The names in credential scopes, where they are not botocore's for the service.
_SIGNING = {
    "apigatewayv2": "apigateway",
    "cloudwatch": "monitoring",
    "dynamodbstreams": "dynamodb",
    "sesv2": "ses",
    "stepfunctions": "states",
    "resourcegroupstaggingapi": "tagging",
    "s3control": "s3",
}
# IAM has one endpoint, whose credentials are scoped to us-east-1 wherever the caller is (IAM user guide, "Endpoints").
_GLOBAL = {"iam": ("us-east-1",)}
_BY_ANY = {"sts": ("us-east-1",)}
_FORBIDDEN, _BAD = 403, 400
# Minutes that a request may take to arrive. The IAM user guide ("AWS Signature Version 4 for API requests") says five
# "in most cases"; the messages of IAM, STS, SNS and SQS say 15, as does S3's RequestTimeTooSkewed.
_MINUTES = {JSON: 5, REST: 5, QUERY: 15, S3: 15}


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one service says; `signing` is its name in credential scopes, `status` that of its refusals."""

    service: str
    protocol: str
    signing: str
    status: int

    @property
    def is_s3(self) -> bool:
        return self.protocol == S3

    @property
    def minutes(self) -> int:
        """How old a request may be, and how far in the future."""
        return _MINUTES[self.protocol]

    def code(self, query: str, json: str) -> str:
        """One of the two codes that an error has."""
        return query if self.protocol == QUERY else json

    def regions(self, region: str) -> tuple[str, ...]:
        """Those that a request to this region's endpoint may be signed for; the first is the one to name."""
        return _GLOBAL.get(self.service) or (region, *_BY_ANY.get(self.service, ()))


@cache
def dialect_of(service: str) -> Dialect:
    """`service` is botocore's name."""
    protocol = _PROTOCOLS.get(service, JSON)
    status = _BAD if protocol == JSON else _FORBIDDEN
    return Dialect(service, protocol, _SIGNING.get(service, service), status)
