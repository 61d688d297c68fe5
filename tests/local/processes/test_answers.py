"""What comes back of an invocation, and what a function sees of its surroundings."""

import json

from bus.local.functions import Package


def test_a_handler_is_given_its_event_and_context(project):
    project.write(
        "app.py",
        """
        import os

        def handler(event, context):
            return {
                "event": event,
                "id": context.aws_request_id,
                "arn": context.invoked_function_arn,
                "name": context.function_name,
                "left": context.get_remaining_time_in_millis(),
                "client": context.client_context.custom,
                "trace": os.environ["_X_AMZN_TRACE_ID"],
            }
        """,
    )
    work = project.work(event={"é": 1}, context={"custom": {"a": "ü"}}, trace="Root=1-5bef4de7-ad49b0e8", timeout=7)

    (answer,) = project.invoke(work)

    assert not answer.failed, answer.payload
    assert answer.request_id == work.request_id
    told = json.loads(answer.payload)
    assert 6000 < told.pop("left") <= 7000
    assert told == {
        "event": {"é": 1},
        "id": work.request_id,
        "arn": work.arn,
        "name": "app-handler",
        "client": {"a": "ü"},
        "trace": "Root=1-5bef4de7-ad49b0e8",
    }


def test_an_exception_is_an_answer_with_its_type_message_and_stack(project):
    project.write(
        "app.py",
        """
        class OrderClosedError(Exception):
            pass

        def handler(event, context):
            raise OrderClosedError("it is closed")
        """,
    )

    error = project.fails()

    assert (error["errorType"], error["errorMessage"]) == ("OrderClosedError", "it is closed")
    assert "line 6, in handler" in error["stackTrace"][-1]


def test_a_function_that_raised_is_used_again(project):
    project.write("app.py", "import os\ndef handler(event, context):\n    return os.getpid() if event else 1 / 0\n")

    before = project.call(event=1)

    assert project.fails()["errorType"] == "ZeroDivisionError"
    assert project.call(event=1) == before


def test_a_function_sees_its_own_environment_and_nothing_of_ours(project, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_DEVELOPER", "1")
    project.write(
        "app.py",
        """
        import os, subprocess, sys

        def handler(event, context):
            inherited = subprocess.run(["/usr/bin/env"], capture_output=True, text=True).stdout
            return {"mine": dict(os.environ), "inherited": inherited, "path": sys.path, "folder": os.getcwd(),
                    "modules": sorted(sys.modules)}
        """,
    )

    seen = project.call(environment={"TABLE_NAME": "orders", "AWS_REGION": "nowhere"}, memory=256, runtime="python3.13")

    mine = seen["mine"]
    assert mine["TABLE_NAME"] == "orders"
    assert mine["AWS_REGION"] == "eu-west-1", "a reserved variable is Lambda's to set"
    assert mine["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert mine["AWS_ACCESS_KEY_ID"] == "the-role"
    assert mine["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert mine["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert mine["LAMBDA_TASK_ROOT"] == seen["folder"] == seen["path"][0]
    assert "SECRET_OF_THE_DEVELOPER" not in seen["inherited"]
    assert "TABLE_NAME=orders" in seen["inherited"]
    assert str(project.root) not in seen["path"]
    assert not [module for module in seen["modules"] if module.split(".")[0] in {"bus", "pytest", "moto"}]


def test_variables_of_one_function_do_not_reach_another(project):
    project.write("app.py", "import os\ndef handler(event, context):\n    return os.environ.get('ONLY_ONE')\n")

    one = project.call(name="one", environment={"ONLY_ONE": "1"})

    assert (one, project.call(name="other")) == ("1", None)


def test_a_package_runs_from_its_own_files(project):
    package = Package.inline("def main(event, context): return __file__")

    where = project.call("index.main", package=package)

    assert where == str(package.folder / "index.py")


def test_a_package_that_changed_is_taken_up(project):
    answers = [
        project.call("index.main", package=Package.inline(f"def main(e, c): return {number}")) for number in (1, 2)
    ]

    assert answers == [1, 2]


def test_an_answer_of_more_than_six_megabytes_is_refused(project):
    project.write("app.py", "def handler(event, context):\n    return 'x' * event\n")

    fits = project.call(event=6_291_554)
    error = project.fails(event=6_291_555)

    assert len(fits) == 6_291_554
    assert error["errorType"] == "Function.ResponseSizeTooLarge"
    assert project.call(event=1) == "x"


def test_an_answer_that_json_cannot_hold_is_a_marshal_error(project):
    project.write("app.py", "def handler(event, context):\n    return {1, 2}\n")

    assert project.fails()["errorType"] == "Runtime.MarshalError"
