"""How many requests an API takes, and what it says to more."""

import pickle
from collections.abc import Callable
from datetime import timedelta

import cloudpickle
import pytest

from bus.local.http_api.throttling import ACCOUNT
from bus.local.resources import RefusedValuesError
from tests.local.http_apis.site import JWT, Site, template

DEFAULTS = "      DefaultRouteSettings: {ThrottlingBurstLimit: 3, ThrottlingRateLimit: 2}\n"
ROUTES = '      RouteSettings: {"GET /open": {ThrottlingBurstLimit: 1, ThrottlingRateLimit: 1}}\n'

SiteOf = Callable[..., Site]


def test_a_request_more_than_the_burst_is_one_too_many(site_of: SiteOf) -> None:
    site = site_of(template(api=DEFAULTS))

    statuses = site.statuses(4)
    refused = site.request("GET", "/open")

    assert statuses == [200, 200, 200, 429]
    assert (refused.status, refused.json()) == (429, {"message": "Too Many Requests"})
    assert len(site.functions.events) == 3
    assert [hop.outcome for hop in site.plane.ledger.find("apigatewayv2", "request")][-2:] == ["429", "429"]


def test_tokens_flow_in_at_the_rate_and_no_further_than_the_burst(site_of: SiteOf) -> None:
    site = site_of(template(api=DEFAULTS))
    site.statuses(3)

    site.plane.engine.advance(timedelta(seconds=0.5))
    after_half_a_second = site.statuses(2)
    site.plane.engine.advance(timedelta(hours=1))
    after_an_hour = site.statuses(4)

    assert after_half_a_second == [200, 429]
    assert after_an_hour == [200, 200, 200, 429]


def test_each_route_has_tokens_of_its_own(site_of: SiteOf) -> None:
    site = site_of(template(api=DEFAULTS))

    assert site.statuses(4, "GET", "/open") == [200, 200, 200, 429]
    assert site.statuses(4, "GET", "/orders/1") == [200, 200, 200, 429]
    assert site.statuses(1, "GET", "/orders/2") == [429]


def test_the_settings_of_a_route_take_the_place_of_the_stage_s(site_of: SiteOf) -> None:
    site = site_of(template(api=DEFAULTS + ROUTES))

    assert site.statuses(2, "GET", "/open") == [200, 429]
    assert site.statuses(4, "GET", "/orders/1") == [200, 200, 200, 429]


def test_what_the_settings_of_a_route_leave_open_is_the_account_s_and_not_the_stage_s(site_of: SiteOf) -> None:
    partly = '      RouteSettings: {"GET /open": {ThrottlingRateLimit: 1}}\n'
    site = site_of(template(api=DEFAULTS + partly))

    assert set(site.statuses(100)) == {200}


def test_a_route_without_tokens_takes_nothing(site_of: SiteOf) -> None:
    site = site_of(template(api=DEFAULTS.replace("3", "0")))

    assert site.statuses(1) == [429]


def test_an_account_takes_five_thousand_requests_at_once_across_its_apis(site_of: SiteOf) -> None:
    site = site_of()

    assert set(site.statuses(ACCOUNT.burst)) == {200}
    assert site.statuses(1) == [429]
    assert site.statuses(1, "GET", "/orders/1") == [429]

    site.plane.engine.advance(timedelta(seconds=1 / ACCOUNT.rate * 2))
    assert site.statuses(3) == [200, 200, 429]


def test_a_throttled_request_is_asked_for_no_token_of_its_caller(site_of: SiteOf) -> None:
    site = site_of(template(api=DEFAULTS.replace("3", "1") + JWT))

    assert site.statuses(2, "POST", "/orders") == [401, 429]


def test_new_settings_are_a_new_bucket_and_the_same_ones_the_old(site_of: SiteOf) -> None:
    site = site_of(template(api=DEFAULTS))
    site.statuses(3)

    site.deploy(template(api=DEFAULTS, routes="        New: {Type: HttpApi, Properties: {ApiId: !Ref Api}}\n"))
    unchanged = site.statuses(1)
    site.deploy(template(api=DEFAULTS.replace("3", "2")))
    changed = site.statuses(3)

    assert (unchanged, changed) == ([429], [200, 200, 429])


def test_a_snapshot_holds_the_buckets(site_of: SiteOf) -> None:
    site = site_of(template(api=DEFAULTS))
    site.statuses(2)

    room = pickle.loads(cloudpickle.dumps(site.room))  # noqa: S301 - our own

    assert [room.request(site.id, "GET", "/nowhere").status, room.request(site.id, "GET", "/open").status] == [404, 200]
    assert room.request(site.id, "GET", "/open").status == 429
    assert site.statuses(2) == [200, 429]


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (
            '      RouteSettings: {"GET /nowhere": {ThrottlingBurstLimit: 1}}\n',
            "Unable to find Route by key GET /nowhere within the provided RouteSettings",
        ),
        ("      DefaultRouteSettings: {LoggingLevel: INFO}\n", "Execution logs are not supported on protocolType HTTP"),
        ('      RouteSettings: {"GET /open": {Burst: 1}}\n', "there is no route setting Burst"),
    ],
)
def test_settings_that_no_api_takes_are_refused(site_of: SiteOf, settings: str, reason: str) -> None:
    with pytest.raises(RefusedValuesError) as raised:
        site_of(template(api=settings))

    assert str(raised.value).endswith(reason)
