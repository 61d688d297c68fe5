"""What is looked up on a platform by its logical id is found, or the sentence says where to look."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bus.local.errors import PlaneError
from bus.local.platform import LocalPlatform

LETTERS = """
Resources:
  Letters:
    Type: AWS::SQS::Queue
"""
GREETER = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Greeter:
    Type: AWS::Serverless::Function
    Properties: { Runtime: python3.11, CodeUri: ., Handler: {package}.code.handler }
  Letters:
    Type: AWS::SQS::Queue
"""
CODE = """
def handler(event, context):
    print("greeting", event["name"])
"""


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalPlatform]:
    """The stacks `mail` and `greetings`."""
    package = tmp_path / "greetings_of_a_test"
    package.mkdir()
    (package / "code.py").write_text(CODE)
    monkeypatch.syspath_prepend(tmp_path)
    templates = {"mail": LETTERS, "greetings": GREETER.replace("{package}", package.name)}
    for name, text in templates.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "template.yaml").write_text(text)
    with LocalPlatform.from_templates(*(tmp_path / name / "template.yaml" for name in templates)) as running:
        yield running


def test_what_a_function_printed_and_why_it_failed_are_in_its_log(platform):
    for payload in (b'{"name": "Ada"}', b"{}"):
        platform.client("lambda").invoke(FunctionName=platform.find("Greeter"), Payload=payload)

    log = platform.logs("Greeter")

    assert log[:3] == ["greeting Ada", "[ERROR] KeyError: 'name'", "Traceback (most recent call last):"]
    assert platform.logs("Greeter", "greetings") == log


def test_two_resources_of_one_name_are_told_apart_by_their_stacks(platform):
    assert "/mail-Letters-" in platform.find("Letters", "mail")
    assert "/greetings-Letters-" in platform.find("Letters", "greetings")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("Leters",), "no resource Leters in these stacks: mail, greetings; is Letters meant?"),
        (("Greeter", "mail"), "no resource Greeter in these stacks: mail"),
        (("Letters",), "the stacks mail, greetings have a resource Letters each; say which stack is meant"),
        (("Letters", "mails"), "no stack mails among those that are deployed: mail, greetings; is mail meant?"),
    ],
)
def test_what_is_not_found_is_said_with_the_stacks_and_what_may_be_meant(platform, asked, said):
    with pytest.raises(PlaneError) as refused:
        platform.find(*asked)

    assert str(refused.value) == said


def test_only_functions_have_logs(platform):
    with pytest.raises(PlaneError, match=r"no resource Letters \(AWS::Lambda::Function\) in these stacks: mail, greet"):
        platform.logs("Letters")


@pytest.mark.parametrize(
    ("stack", "said"), [("mail", "the stack mail has no HTTP API"), ("post", "no stack post among those")]
)
def test_a_request_to_a_stack_without_an_api_says_so(platform, stack, said):
    with pytest.raises(PlaneError, match=said):
        platform.request(stack, "GET", "/")
