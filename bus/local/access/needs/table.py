"""The table of all services."""

from collections.abc import Mapping
from typing import Protocol

from bus.local.access.needs.analytics import ATHENA, GLUE
from bus.local.access.needs.events import EVENTS, PIPES, SCHEDULER
from bus.local.access.needs.functions import LAMBDA, STEP_FUNCTIONS
from bus.local.access.needs.http_apis import API_GATEWAY_V2
from bus.local.access.needs.identity import CLOUDFORMATION, IAM, STS
from bus.local.access.needs.keeping import CLOUDWATCH, KMS, LOGS, SECRETS_MANAGER, SSM
from bus.local.access.needs.messaging import SES, SNS, SQS
from bus.local.access.needs.need import Call, Need
from bus.local.access.needs.objects import S3
from bus.local.access.needs.passing import passed_roles
from bus.local.access.needs.streams import DYNAMODB_STREAMS, FIREHOSE, KINESIS
from bus.local.access.needs.tables import DYNAMODB


class ServiceRules(Protocol):
    """What a service's calls need; `prefix` is that of its actions."""

    @property
    def prefix(self) -> str: ...

    def needs(self, call: Call) -> list[Need]:
        """Everything that is to be allowed for the call."""


# By botocore's names for the services.
RULES: Mapping[str, ServiceRules] = {
    "apigatewayv2": API_GATEWAY_V2,
    "athena": ATHENA,
    "cloudformation": CLOUDFORMATION,
    "cloudwatch": CLOUDWATCH,
    "dynamodb": DYNAMODB,
    "dynamodbstreams": DYNAMODB_STREAMS,
    "events": EVENTS,
    "firehose": FIREHOSE,
    "glue": GLUE,
    "iam": IAM,
    "kinesis": KINESIS,
    "kms": KMS,
    "lambda": LAMBDA,
    "logs": LOGS,
    "pipes": PIPES,
    "s3": S3,
    "scheduler": SCHEDULER,
    "secretsmanager": SECRETS_MANAGER,
    "sesv2": SES,
    "sns": SNS,
    "sqs": SQS,
    "ssm": SSM,
    "stepfunctions": STEP_FUNCTIONS,
    "sts": STS,
}
# Prefixes of actions that are not botocore's name for the service.
_PREFIXES = {"resourcegroupstaggingapi": "tag"}


def needs_of(service: str, call: Call) -> list[Need]:
    """Everything that a call needs; of a service that is not in the table, the operation's own action on "*"."""
    rules = RULES.get(service)
    if rules is None:
        return [Need(f"{_PREFIXES.get(service, service)}:{call.operation}")]
    return [*rules.needs(call), *passed_roles(service, call)]
