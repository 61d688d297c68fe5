"""The AWS SDK for JavaScript as it comes, against `bus up`: the environment names the endpoint."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.up.project import Platform

PROGRAMS = Path(__file__).parent / "javascript"
PATIENCE = 60.0  # seconds

SAID: dict[str, Any] = {
    "sqs": {
        "sent": 3,
        "bodies": ["one", "grüße", "three"],
        "attributes": [[0, 255], [1, 255], [2, 255]],
        "deleted": 3,
        "left": "0",
    },
    "eventbridge": {
        "arns": True,
        "state": "ENABLED",
        "pattern": True,
        "failed": 1,
        "ids": 36,
        "error": "MalformedDetail",
    },
    "dynamodb": {
        "waited": "SUCCESS",
        "refused": "TransactionCanceledException",
        "reasons": ["None", "ConditionalCheckFailed"],
        "pages": [[["1", 1], ["2", 2]], [["3", 3], ["4", 4]], [["5", 5]]],
    },
    "s3": {
        "got": "text 2",
        "part": "2",
        "stream": "in pieces",
        "head": [6, {"n": "2"}],
        "missing": "NoSuchKey",
        "keys": [["a b/1.txt", "a b/2.txt"], ["a b/3.txt", "stream"]],
        "deleted": 4,
    },
    "lambda": {
        "good": [200, None, {"wrote": "javascript"}],
        "bad": [200, "Unhandled", "KeyError"],
        "missing": "ResourceNotFoundException",
    },
    "sns": {
        "subscribed": True,
        "subscriptions": "1",
        "published": 36,
        "batch": [["good"], ["bad"]],
        "missing": "NotFoundException",
    },
    "kinesis": {"waited": "SUCCESS", "failed": 0, "got": [[0], [255]], "age": True},
}


@pytest.mark.parametrize("service", SAID)
def test_a_program_reads_what_it_wrote(up: Platform, service: str):
    assert (PROGRAMS / "node_modules").is_dir(), "the SDK is not installed: `make test` does that"
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": up.endpoint,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "anyone",
        "AWS_SECRET_ACCESS_KEY": "anything",
    }

    done = subprocess.run(  # noqa: S603 - its own programs
        ["node", PROGRAMS / f"{service}.mjs"],  # noqa: S607 - whichever the tests are run with
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == SAID[service]
