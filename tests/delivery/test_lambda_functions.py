"""Functions are made, changed and deleted."""

import io
import json
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws

ECHO = "def handler(event, context):\n    return event\n"
COUNTS = "calls = []\n\ndef handler(event, context):\n    calls.append(event)\n    return len(calls)\n"


def invoked(aws: Aws, name: str, event: Any = None, **more: Any) -> Any:
    answer = aws.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event), **more)
    return json.load(answer["Payload"])


def zipped(**files: str) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/") + ".py", text)
    return whole.getvalue()


def refused(aws: Aws, operation: str, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        getattr(aws.client("lambda"), operation)(**params)
    told = error.value.response["Error"]
    return told["Code"], told["Message"]


def test_a_deployment_package_is_a_zip_file_archive_that_contains_the_code_and_its_dependencies(aws: Aws):
    """Lambda developer guide, "Working with .zip file archives for Python Lambda functions"."""
    archive = zipped(
        case_code="from case_parts.names import NAME\ndef handler(event, context):\n    return NAME\n",
        case_parts____init__="",
        case_parts__names="NAME = 'from the package'\n",
    )
    name = aws.name()
    aws.client("lambda").create_function(
        FunctionName=name, Runtime="python3.13", Handler="case_code.handler", Role=aws.role(), Code={"ZipFile": archive}
    )
    aws.idle()

    assert invoked(aws, name) == "from the package"


def test_a_package_may_come_from_s3(aws: Aws):
    """Lambda API reference, FunctionCode."""
    bucket, name = aws.bucket(), aws.name()
    aws.client("s3").put_object(Bucket=bucket, Key="code.zip", Body=zipped(case_code=ECHO))
    settings = {"FunctionName": name, "Runtime": "python3.13", "Handler": "case_code.handler", "Role": aws.role()}

    aws.client("lambda").create_function(**settings, Code={"S3Bucket": bucket, "S3Key": "code.zip"})
    aws.idle()
    code, message = refused(
        aws, "create_function", **settings | {"FunctionName": "x"}, Code={"S3Bucket": bucket, "S3Key": "none.zip"}
    )

    assert invoked(aws, name, "hello") == "hello"
    assert code == "InvalidParameterValueException"
    assert message.startswith("Error occurred while GetObject. S3 Error Code: NoSuchKey.")


def test_two_functions_with_modules_of_one_name_do_not_see_each_other(aws: Aws):
    """Lambda developer guide, "Understanding the Lambda execution environment lifecycle"."""
    first, second = aws.function(COUNTS), aws.function(COUNTS)

    answers = [invoked(aws, name) for name in (first, second, first)]

    assert answers == [1, 1, 2]


def test_a_function_is_described_with_the_defaults_of_what_was_not_given(aws: Aws):
    """Lambda API reference, CreateFunction."""
    name = aws.function(ECHO)

    described = aws.client("lambda").get_function(FunctionName=name)

    configuration = described["Configuration"]
    assert {key: configuration[key] for key in ("Timeout", "MemorySize", "Version", "State", "PackageType")} == {
        "Timeout": 3,
        "MemorySize": 128,
        "Version": "$LATEST",
        "State": "Active",
        "PackageType": "Zip",
    }
    assert configuration["TracingConfig"] == {"Mode": "PassThrough"}
    assert configuration["EphemeralStorage"] == {"Size": 512}
    assert configuration["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"}
    assert described["Code"]["RepositoryType"] == "S3"


def test_a_name_is_taken_once(aws: Aws):
    """Lambda API reference, CreateFunction, ResourceConflictException."""
    name = aws.function(ECHO)

    told = refused(
        aws,
        "create_function",
        FunctionName=name,
        Runtime="python3.13",
        Handler="case_code.handler",
        Role=aws.role(),
        Code={"ZipFile": zipped(case_code=ECHO)},
    )

    assert told == ("ResourceConflictException", f"Function already exist: {name}")


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"Timeout": 901}, "ValidationException"),
        ({"MemorySize": 10241}, "ValidationException"),
        ({"Description": "x" * 257}, "ValidationException"),
        ({"Role": "nobody"}, "ValidationException"),
        ({"Runtime": "python3.8"}, "InvalidParameterValueException"),
        ({"Environment": {"Variables": {"AWS_REGION": "x"}}}, "InvalidParameterValueException"),
        ({"Environment": {"Variables": {"LONG": "x" * 4097}}}, "InvalidParameterValueException"),
        ({"Code": {"ZipFile": b"no archive"}}, "InvalidParameterValueException"),
        ({"Code": {}}, "InvalidParameterValueException"),
    ],
)
def test_what_a_function_cannot_be_set_to_is_refused(aws: Aws, settings: dict[str, Any], code: str):
    """Lambda API reference, CreateFunction; developer guide, "Lambda quotas"."""
    whole = {
        "FunctionName": aws.name(),
        "Runtime": "python3.13",
        "Handler": "case_code.handler",
        "Role": aws.role(),
        "Code": {"ZipFile": zipped(case_code=ECHO)},
    }

    assert refused(aws, "create_function", **whole | settings)[0] == code


def test_new_code_starts_in_a_new_execution_environment(aws: Aws):
    """Lambda API reference, UpdateFunctionCode."""
    name = aws.function(COUNTS)
    before = [invoked(aws, name), invoked(aws, name)]

    aws.client("lambda").update_function_code(FunctionName=name, ZipFile=zipped(case_code=COUNTS + "# changed\n"))
    aws.idle()

    assert (before, invoked(aws, name)) == ([1, 2], 1)


def test_new_settings_take_effect_and_leave_the_others_alone(aws: Aws):
    """Lambda API reference, UpdateFunctionConfiguration."""
    source = "import os\ndef handler(event, context):\n    return os.environ['WHO']\n"
    name = aws.function(source, Environment={"Variables": {"WHO": "before"}}, Timeout=20)
    before = invoked(aws, name)

    changed = aws.client("lambda").update_function_configuration(
        FunctionName=name, Environment={"Variables": {"WHO": "after"}}
    )
    aws.idle()

    assert changed["LastUpdateStatus"] == "InProgress"
    assert (before, invoked(aws, name)) == ("before", "after")
    described = aws.client("lambda").get_function_configuration(FunctionName=name)
    assert (described["Timeout"], described["LastUpdateStatus"]) == (20, "Successful")


def test_an_update_is_refused_when_the_revision_has_changed(aws: Aws):
    """Lambda API reference, UpdateFunctionConfiguration, RevisionId."""
    name = aws.function(ECHO)
    revision = aws.client("lambda").get_function_configuration(FunctionName=name)["RevisionId"]
    aws.client("lambda").update_function_configuration(FunctionName=name, Description="another")
    aws.idle()

    told = refused(aws, "update_function_configuration", FunctionName=name, Description="mine", RevisionId=revision)

    assert told[0] == "PreconditionFailedException"


def test_a_deleted_function_is_not_found(aws: Aws):
    """Lambda API reference, DeleteFunction."""
    name = aws.function(ECHO)
    arn = aws.function_arn(name)

    aws.client("lambda").delete_function(FunctionName=name)

    expected = ("ResourceNotFoundException", f"Function not found: {arn}")
    assert refused(aws, "get_function", FunctionName=name) == expected
    assert refused(aws, "invoke", FunctionName=name) == expected
    assert refused(aws, "delete_function", FunctionName=name) == expected


def test_functions_are_listed_a_page_at_a_time(aws: Aws):
    """Lambda API reference, ListFunctions."""
    names = sorted(aws.function(ECHO) for _ in range(3))

    first = aws.client("lambda").list_functions(MaxItems=2)
    second = aws.client("lambda").list_functions(Marker=first["NextMarker"])

    assert [each["FunctionName"] for page in (first, second) for each in page["Functions"]] == names


def test_tags_are_added_and_taken_off(aws: Aws):
    """Lambda developer guide, "Using tags on Lambda functions"."""
    name = aws.function(ECHO, Tags={"team": "orders"})
    arn, client = aws.function_arn(name), aws.client("lambda")

    client.tag_resource(Resource=arn, Tags={"stage": "test"})
    client.untag_resource(Resource=arn, TagKeys=["team"])

    assert client.list_tags(Resource=arn)["Tags"] == {"stage": "test"}
    assert client.get_function(FunctionName=name)["Tags"] == {"stage": "test"}


@pytest.mark.parametrize(
    "form", ["{name}", "{arn}", "{arn}:$LATEST", "123456789012:function:{name}", "function:{name}"]
)
def test_a_function_is_known_by_name_by_arn_and_by_partial_arn(aws: Aws, form: str):
    """Lambda API reference, Invoke, FunctionName."""
    name = aws.function(ECHO)
    arn = aws.function_arn(name)
    reference = form.format(name=name, arn=arn).replace("123456789012", arn.split(":")[4])

    assert invoked(aws, reference, 7) == 7


def test_what_is_no_name_is_refused(aws: Aws):
    """Lambda API reference, Invoke, FunctionName, pattern."""
    assert refused(aws, "invoke", FunctionName="no name")[0] == "ValidationException"
