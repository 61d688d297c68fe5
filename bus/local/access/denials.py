"""How services word that a caller may not do something (IAM user guide, "Troubleshoot access denied error messages").

Most use the same sentence. SNS writes its prefix in capitals and answers AuthorizationError; SQS writes actions in
small letters; both as their messages in the wild have it. S3 says nothing more to whoever did not sign.
"""

from bus.local.access.caller import Caller, Kind
from bus.local.access.dialect import Dialect
from bus.local.access.evaluation import Denial
from bus.local.access.refusals import refuse
from bus.local.errors import AwsError


def denied(dialect: Dialect, caller: Caller, action: str, resource: str, denial: Denial) -> AwsError:
    """The error that says that `caller` may not do `action` to `resource`."""
    if dialect.is_s3 and caller.kind is Kind.ANONYMOUS:
        return AwsError("AccessDenied", "Access Denied", status=403)
    shown = _shown(dialect.service, action)
    reason = denial.reason.replace(action, shown)
    message = f"User: {caller.arn} is not authorized to perform: {shown} on resource: {resource}{reason}"
    if dialect.service == "sns":
        return AwsError("AuthorizationError", message, status=403)
    if dialect.is_s3:
        return AwsError("AccessDenied", message, status=403)
    return refuse(dialect, "AccessDenied", "AccessDeniedException", message)


def _shown(service: str, action: str) -> str:
    if service == "sqs":
        return action.lower()
    return "SNS:" + action.partition(":")[2] if service == "sns" else action
