"""The SES room: mails go outside.

Identities: an account is out of the sandbox here, and any sender may send, until the first
identity is created; from then on the sender must be one that was (MessageRejected otherwise).
"""

from typing import Any, ClassVar

from bus.local.errors import AwsError
from bus.local.operations import Params, Response, only, operation
from bus.local.outside import Mail, Outside
from bus.local.plane import Plane
from bus.local.ses.addresses import address_of, check_address

_RECIPIENTS_LIMIT = 50  # To, Cc and Bcc together; SES quotas
_SEND_EMAIL = {"FromEmailAddress", "Destination", "ReplyToAddresses", "Content", "EmailTags"}


class SesRoom:
    """Amazon SES, as sesv2 speaks it."""

    service: ClassVar[str] = "sesv2"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._identities: set[str] = set()

    @operation("CreateEmailIdentity")
    def create_email_identity(self, params: Params) -> Response:
        identity = params["EmailIdentity"]
        only("sesv2:CreateEmailIdentity", params, ("EmailIdentity", "Tags"))
        if identity in self._identities:
            raise AwsError("AlreadyExistsException", f"Email identity {identity} already exist.")
        self._identities.add(identity)
        kind = "EMAIL_ADDRESS" if "@" in identity else "DOMAIN"
        return {"IdentityType": kind, "VerifiedForSendingStatus": True}

    @operation("SendEmail")
    def send_email(self, params: Params) -> Response:
        only("sesv2:SendEmail", params, _SEND_EMAIL)
        sender = params.get("FromEmailAddress") or ""
        check_address(sender)
        self._check_identity(address_of(sender))
        to, cc, bcc = _recipients(params.get("Destination") or {})
        subject, text, html = _simple(params["Content"])
        message_id = f"{self._plane.chance.hex(16)}-{self._plane.chance.uuid()}-000000"
        self._plane.ledger.record(self.service, "SendEmail", sender)
        Outside.of(self._plane).mail(
            Mail(
                at=self._plane.clock.time(),
                message_id=message_id,
                sender=sender,
                to=to,
                subject=subject,
                text=text,
                html=html,
                cc=cc,
                bcc=bcc,
                reply_to=tuple(params.get("ReplyToAddresses") or ()),
            )
        )
        return {"MessageId": message_id}

    def _check_identity(self, sender: str) -> None:
        if self._identities and not self._identities & {sender, sender.rpartition("@")[2]}:
            raise AwsError(
                "MessageRejected",
                "Email address is not verified. The following identities failed the check in region "
                f"{self._plane.region.upper()}: {sender}",
            )


def _recipients(destination: Params) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    to, cc, bcc = (tuple(destination.get(kind) or ()) for kind in ("ToAddresses", "CcAddresses", "BccAddresses"))
    everybody = (*to, *cc, *bcc)
    if not everybody:
        raise AwsError("BadRequestException", "Destination must have at least one recipient.")
    if len(everybody) > _RECIPIENTS_LIMIT:
        raise AwsError("BadRequestException", f"Recipient count exceeds {_RECIPIENTS_LIMIT}.")
    for address in everybody:
        check_address(address)
    return to, cc, bcc


def _simple(content: Params) -> tuple[str, str | None, str | None]:
    only("sesv2:SendEmail Content", content, ("Simple",))
    if "Simple" not in content:
        raise AwsError("BadRequestException", "Missing required field: Content must have Simple.")
    simple = content["Simple"]
    only("sesv2:SendEmail Content.Simple", simple, ("Subject", "Body"))
    body: dict[str, dict[str, Any]] = simple["Body"]
    text, html = (body[kind]["Data"] if kind in body else None for kind in ("Text", "Html"))
    if text is None and html is None:
        raise AwsError("BadRequestException", "Missing required field: Body must have Text or Html.")
    return simple["Subject"]["Data"], text, html
