"""SQS, SNS, SES: what their operations need (Service Authorization Reference)."""

from collections.abc import Mapping
from typing import Any

from bus.local.access.needs.need import ANYTHING, Call, Need
from bus.local.access.needs.rules import On, Rules
from bus.local.policies.request import ContextValue


def _queue_at(call: Call, url: str) -> str:
    return call.arn("sqs", url.rpartition("/")[2])


def _of_task(call: Call, handle: str) -> str:
    return call.directory.source_of_move(handle) or ANYTHING


SQS = Rules(
    "sqs",
    on=(On("QueueUrl", _queue_at), On("QueueName"), On("SourceArn"), On("TaskHandle", _of_task)),
    called={
        "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
        "DeleteMessageBatch": "DeleteMessage",
        "SendMessageBatch": "SendMessage",
    },
    nowhere={"ListQueues"},
)


def _topic_of(_: Call, subscription: str) -> str:
    return subscription.rpartition(":")[0] if subscription.count(":") > _COLONS_OF_A_TOPIC else subscription


def _number(_: Call, number: str) -> str:
    # A phone number has no ARN: the resource is the number itself (SNS developer guide, "Using identity-based
    # policies with Amazon SNS").
    return number


def _of_sns(call: Call) -> Mapping[str, ContextValue]:
    """Service Authorization Reference, "Condition keys for Amazon SNS"."""
    keys = {"sns:Protocol": call.params.get("Protocol"), "sns:Endpoint": call.params.get("Endpoint")}
    return {name: value for name, value in keys.items() if value is not None}


_COLONS_OF_A_TOPIC = 5
SNS = Rules(
    "sns",
    on=(
        On("TopicArn"),
        On("TargetArn"),
        On("SubscriptionArn", _topic_of),
        On("ResourceArn"),
        On("Name", operations={"CreateTopic"}),
        On("PhoneNumber", _number, {"Publish"}),
    ),
    called={"PublishBatch": "Publish"},
    keys=_of_sns,
)


def _sender(call: Call, address: str) -> str:
    """An address's own identity, or its domain's; a name around it does not count."""
    return call.arn("ses", f"identity/{bare(address)}")


def bare(address: str) -> str:
    """The address in `Orders <orders@shop.example>`."""
    return address.rpartition("<")[2].rstrip("> ") if "<" in address else address


def _send_mail(call: Call) -> list[Need]:
    """Both the sender's identity and the configuration set, when one is given (Reference, SendEmail)."""
    content: Mapping[str, Any] = call.params.get("Content") or call.params.get("DefaultContent") or {}
    action = "ses:SendBulkEmail" if call.operation == "SendBulkEmail" else "ses:SendEmail"
    sender = call.params.get("FromEmailAddress") or ""
    keys: dict[str, ContextValue] = {"ses:ApiVersion": "2", "ses:FromAddress": bare(sender)}
    destination = call.params.get("Destination") or {}
    recipients = [
        address for kind in ("ToAddresses", "CcAddresses", "BccAddresses") for address in destination.get(kind) or ()
    ]
    if recipients:
        keys["ses:Recipients"] = recipients
    if "<" in sender:
        keys["ses:FromDisplayName"] = sender.partition("<")[0].strip().strip('"')
    given = call.params.get("FromEmailAddressIdentityArn")
    needs = [Need(action, given or _sender(call, sender), keys)]
    if configuration := call.params.get("ConfigurationSetName"):
        needs.append(Need(action, call.arn("ses", f"configuration-set/{configuration}"), keys))
    if template := (content.get("Template") or {}).get("TemplateName"):
        needs.append(Need(action, call.arn("ses", f"template/{template}"), keys))
    return needs


SES = Rules(
    "ses",
    on=(
        On("ResourceArn"),
        On("EmailIdentity", "identity/{}"),
        On("ConfigurationSetName", "configuration-set/{}"),
        On("ContactListName", "contact-list/{}"),
        On("TemplateName", "template/{}", {f"{verb}EmailTemplate" for verb in ("Create", "Delete", "Get", "Update")}),
        On("TemplateName", "template/{}", {"TestRenderEmailTemplate"}),
        On("TemplateName", "custom-verification-email-template/{}"),
        On("PoolName", "dedicated-ip-pool/{}"),
        On("DestinationPoolName", "dedicated-ip-pool/{}"),
        On("SendingPoolName", "dedicated-ip-pool/{}"),
        On("TenantName", "tenant/{}"),
        On("EndpointName", "multi-region-endpoint/{}", {"DeleteMultiRegionEndpoint", "GetMultiRegionEndpoint"}),
        On("ReportId", "deliverability-test-report/{}"),
        On("FromEmailAddress", _sender, {"CreateDeliverabilityTestReport"}),
        On("JobId", "import-job/{}", {"GetImportJob"}),
        On("JobId", "export-job/{}"),
        On("Domain", "identity/{}", {"GetDomainStatisticsReport"}),
    ),
    special={"SendBulkEmail": _send_mail, "SendEmail": _send_mail},
)
