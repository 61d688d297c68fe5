"""SES: mails are captured outside, and malformed ones refused."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.outside import Outside
from bus.local.plane import Plane
from bus.local.ses import SesRoom


@pytest.fixture
def plane(plane_with: Callable[..., Plane]):
    return plane_with(Outside, SesRoom)


@pytest.fixture
def ses(plane: Plane):
    return boto3.client("sesv2", region_name=plane.region)


def send(ses: Any, to: str = "ada@customers.example", sender: str = "Shop <shop@omnibus.example>", **options: Any):
    body = {"Text": {"Data": "Dear Ada"}, "Html": {"Data": "<p>Dear Ada</p>"}}
    return ses.send_email(
        FromEmailAddress=sender,
        Destination={"ToAddresses": [to]},
        Content={"Simple": {"Subject": {"Data": "Your order"}, "Body": body}},
        **options,
    )


def test_a_mail_is_captured_as_it_was_sent(plane: Plane, ses: Any):
    with plane.ledger.following("event-1"):
        message_id = send(ses)["MessageId"]

    [mail] = Outside.of(plane).mails
    assert (mail.message_id, mail.to, mail.subject) == (message_id, ("ada@customers.example",), "Your order")
    assert (mail.text, mail.html) == ("Dear Ada", "<p>Dear Ada</p>")
    assert [(hop.service, hop.resource) for hop in plane.ledger.of("event-1")] == [
        ("sesv2", "Shop <shop@omnibus.example>"),
        ("outside", "ada@customers.example"),
    ]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("ada", "Missing final '@domain'"),
        ("ada@", "Missing domain"),
        ("ada@customers.example.", "Missing domain"),
        ("@customers.example", "Missing local name"),
        ("", "Invalid email address ."),
    ],
)
def test_a_malformed_address_is_a_bad_request(plane: Plane, ses: Any, address: str, sentence: str):
    with pytest.raises(ses.exceptions.BadRequestException) as caught:
        send(ses, to=address)

    assert caught.value.response["Error"]["Message"] == sentence
    assert Outside.of(plane).mails == []


def test_once_identities_are_declared_any_other_sender_is_rejected(ses: Any):
    ses.create_email_identity(EmailIdentity="omnibus.example")

    send(ses)
    with pytest.raises(ses.exceptions.MessageRejected, match=r"not verified.*stranger@elsewhere\.example"):
        send(ses, sender="stranger@elsewhere.example")


def test_what_is_not_done_is_refused_and_not_ignored(ses: Any):
    with pytest.raises(ClientError, match="the parameter ConfigurationSetName"):
        send(ses, ConfigurationSetName="tracked")
    with pytest.raises(ClientError, match="the parameter Raw"):
        ses.send_email(
            FromEmailAddress="a@b.example",
            Destination={"ToAddresses": ["c@d.example"]},
            Content={"Raw": {"Data": b""}},
        )
