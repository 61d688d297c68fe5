"""What the preferences API takes, keeps and refuses."""

from typing import Any

import pytest

from services.notifications.adapters.memory import MemoryPreferences
from services.notifications.domain import Channel, Preferences

PATH = "/customers/900/preferences"
EVERYTHING = {"email": "ada@customers.example", "sms": "+15550000900", "webhook": "https://partners.example/orders"}


def test_what_a_customer_wants_is_kept_and_answered(request_api: Any, customers: MemoryPreferences):
    answer = request_api("PUT", PATH, {"recipients": EVERYTHING})

    assert (answer.status, answer.body) == (200, {"customer_id": "900", "recipients": EVERYTHING})
    assert customers.of("900") == Preferences("900", {Channel(name): to for name, to in EVERYTHING.items()})
    assert request_api("GET", PATH).body == answer.body


def test_a_customer_who_never_said_wants_nothing(request_api: Any):
    answer = request_api("GET", PATH)

    assert (answer.status, answer.body) == (200, {"customer_id": "900", "recipients": {}})


def test_what_a_customer_says_replaces_all_that_they_said_before(request_api: Any):
    request_api("PUT", PATH, {"recipients": EVERYTHING})

    request_api("PUT", PATH, {"recipients": {"sms": "+15550000900", "email": None}})

    assert request_api("GET", PATH).body["recipients"] == {"sms": "+15550000900"}


def test_a_customer_can_stop_hearing_anything(request_api: Any):
    request_api("PUT", PATH, {"recipients": EVERYTHING})

    request_api("PUT", PATH, {"recipients": {}})

    assert request_api("GET", PATH).body["recipients"] == {}


@pytest.mark.parametrize(
    ("channel", "recipient"),
    [
        ("email", "nobody"),
        ("email", "a b@customers.example"),
        ("email", "a@b@c"),
        ("email", f"{'a' * 320}@customers.example"),
        ("sms", "5550000900"),
        ("sms", "+0550000900"),
        ("sms", "+1555000090012345"),
        ("sms", "+1555-0900"),
        ("webhook", "http://partners.example/orders"),
        ("webhook", "https://"),
        ("webhook", f"https://partners.example/{'a' * 2048}"),
        ("webhook", "https://partners.example/orders\nx-injected: yes"),
        ("webhook", 7),
    ],
)
def test_a_recipient_that_can_be_none_is_refused_with_its_path(
    request_api: Any, customers: MemoryPreferences, channel: str, recipient: Any
):
    refused = request_api("PUT", PATH, {"recipients": {channel: recipient}})

    assert (refused.status, refused.headers["content-type"]) == (400, "application/problem+json")
    assert [fault["path"] for fault in refused.body["errors"]] == [f"/recipients/{channel}"]
    assert customers.by_customer == {}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"recipients": {"fax": "+15550000900"}}, "/recipients/fax"),
        ({"recipients": {}, "language": "la"}, "/language"),
        ({}, "/recipients"),
        ({"recipients": []}, "/recipients"),
    ],
)
def test_what_the_api_does_not_know_is_refused_and_not_passed_over(request_api: Any, body: Any, path: str):
    refused = request_api("PUT", PATH, body)

    assert refused.status == 400
    assert [fault["path"] for fault in refused.body["errors"]] == [path]


def test_every_fault_of_a_request_is_named(request_api: Any):
    refused = request_api("PUT", PATH, {"recipients": {"email": "nobody", "sms": "1", "fax": "2"}})

    assert {fault["path"] for fault in refused.body["errors"]} == {
        "/recipients/email",
        "/recipients/sms",
        "/recipients/fax",
    }


@pytest.mark.parametrize("body", ['{"recipients": ', "", None])
def test_a_body_that_is_not_json_is_refused(request_api: Any, body: str | None):
    assert request_api("PUT", PATH, body).status == 400


def test_a_body_of_another_kind_is_refused(request_api: Any):
    assert request_api("PUT", PATH, "email=ada", {"content-type": "text/plain"}).status == 415


def test_a_customer_whose_id_no_order_can_have_is_refused(request_api: Any):
    refused = request_api("GET", f"/customers/{'1' * 65}/preferences")

    assert (refused.status, refused.body["errors"][0]["path"]) == (400, "/customer_id")


def test_an_address_that_names_no_customer_or_another_thing_is_not_found(request_api: Any):
    assert request_api("GET", "/customers/900/preference").status == 404


def test_a_correlation_id_is_echoed(request_api: Any):
    answer = request_api("GET", PATH, headers={"x-correlation-id": "desk-7"})

    assert answer.headers["x-correlation-id"] == "desk-7"
