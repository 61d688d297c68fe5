"""Text messages: sending one to a number, who wants none, and the account's settings."""

import re
from collections.abc import Mapping

from bus.local.errors import AwsError
from bus.local.operations import Params, Response, operation
from bus.local.outside import Outside, Text
from bus.local.pages import page
from bus.local.plane import Plane
from bus.local.sns.attributes import checked_attributes, sms_attribute
from bus.local.sns.errors import invalid
from bus.local.sns.publication import checked_messages, checked_subject

_NUMBER = re.compile(r"\+1[2-9]\d{9}|\+[2-9]\d{6,14}")  # E.164; North American numbers have ten digits
_LONGEST_TEXT = 1600  # characters in one publish action
_OPT_IN_WAIT = 30 * 86_400.0  # seconds: "You can opt in a phone number only once every 30 days"
# API reference, SetSMSAttributes. The role, rate, limit and bucket are for logs, costs and reports: kept and answered.
_SETTINGS = {
    "MonthlySpendLimit": re.compile(r"\d+"),
    "DeliveryStatusIAMRole": re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+|"),
    "DeliveryStatusSuccessSamplingRate": re.compile(r"\d{1,2}|100"),
    "DefaultSenderID": re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]{1,11}|"),
    "DefaultSMSType": re.compile(r"Promotional|Transactional"),
    "UsageReportS3Bucket": re.compile(r"[a-z0-9.-]{3,63}|"),
}


class Texting:
    """What SNS does with phone numbers."""

    _plane: Plane
    _sms_settings: dict[str, str]
    _opted_in_at: dict[str, float]

    @operation("CheckIfPhoneNumberIsOptedOut")
    def check_if_phone_number_is_opted_out(self, params: Params) -> Response:
        number = _checked(params["phoneNumber"], "phoneNumber")
        return {"isOptedOut": number in Outside.of(self._plane).opted_out}

    @operation("ListPhoneNumbersOptedOut")
    def list_phone_numbers_opted_out(self, params: Params) -> Response:
        numbers = sorted(Outside.of(self._plane).opted_out)
        if not (params.get("nextToken") or "0").isdecimal():
            raise invalid("nextToken")
        return page("phoneNumbers", numbers, params, start="nextToken", following="nextToken")

    @operation("OptInPhoneNumber")
    def opt_in_phone_number(self, params: Params) -> Response:
        number, now = _checked(params["phoneNumber"], "phoneNumber"), self._plane.clock.time()
        if now < self._opted_in_at.get(number, -_OPT_IN_WAIT) + _OPT_IN_WAIT:
            raise invalid("phoneNumber Reason: a phone number can be opted in only once every 30 days")
        opted_out = Outside.of(self._plane).opted_out
        if number in opted_out:
            opted_out.remove(number)
            self._opted_in_at[number] = now
        return {}

    @operation("SetSMSAttributes")
    def set_sms_attributes(self, params: Params) -> Response:
        given: Mapping[str, str] = params["attributes"]
        for name, text in given.items():
            if name not in _SETTINGS:
                raise invalid(f"{name} is not a valid attribute")
            if _SETTINGS[name].fullmatch(text) is None:
                raise invalid(f"{name} Reason: {text} is not valid")
        self._sms_settings.update(given)
        return {}

    @operation("GetSMSAttributes")
    def get_sms_attributes(self, params: Params) -> Response:
        names = params.get("attributes") or tuple(self._sms_settings)
        return {"attributes": {name: self._sms_settings[name] for name in names if name in self._sms_settings}}

    @operation("GetSMSSandboxAccountStatus")
    def get_sms_sandbox_account_status(self, _: Params) -> Response:
        """Every number can be sent to."""
        return {"IsInSandbox": False}

    def _send_text(self, params: Params) -> Response:
        """Publish to a phone number."""
        for name in ("MessageGroupId", "MessageDeduplicationId"):
            if params.get(name) is not None:
                raise invalid(
                    f"{name} Reason: The request includes {name} parameter that is not valid for a phone number"
                )
        number, message = params["PhoneNumber"], checked_messages(params)
        checked_subject(params)
        attributes = checked_attributes(params.get("MessageAttributes"))
        text = message.get("sms", message["default"])
        _checked(number, "PhoneNumber")
        if len(text) > _LONGEST_TEXT:
            raise invalid("Message too long")
        message_id = self._plane.chance.uuid()
        sender = sms_attribute(attributes, "SenderID") or self._sms_settings.get("DefaultSenderID") or None
        self._plane.ledger.record("sns", "Publish", number)
        Outside.of(self._plane).text(Text(self._plane.clock.time(), message_id, number, text, sender))
        return {"MessageId": message_id}


def _checked(number: str, parameter: str) -> str:
    if _NUMBER.fullmatch(number) is None:
        if parameter == "PhoneNumber":
            raise invalid(f"PhoneNumber Reason: {number} is not valid to publish to")
        raise AwsError("InvalidParameter", f"Invalid parameter: {parameter} Reason: input incorrectly formatted")
    return number
