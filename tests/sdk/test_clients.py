import gc

import pytest
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader

from bus.sdk.clients import ModelLoader, client
from bus.sdk.starting import settled


@pytest.mark.parametrize("service", ["dynamodb", "events", "s3"])
def test_services_are_described_as_botocore_describes_them(service: str):
    for kind in ("service-2", "endpoint-rule-set-1", "paginators-1"):
        assert ModelLoader().load_service_model(service, kind) == Loader().load_service_model(service, kind)


@pytest.mark.usefixtures("aws")
def test_a_client_is_of_the_environment_as_it_is_now(monkeypatch: pytest.MonkeyPatch):
    before = client("events")

    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    after = client("events")

    assert before.meta.endpoint_url == "https://events.us-east-1.amazonaws.com"
    assert (after.meta.region_name, after.meta.endpoint_url) == ("eu-west-1", "http://127.0.0.1:4566")


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("name", ["nonsense", "endpoints.json"])
def test_a_service_that_aws_has_not_is_unknown(name: str):
    with pytest.raises(UnknownServiceError):
        client(name)


def test_garbage_is_collected_again_after_a_start_that_fails():
    def start() -> None:
        with settled():
            assert not gc.isenabled()
            raise ImportError

    with pytest.raises(ImportError):
        start()

    assert gc.isenabled()
