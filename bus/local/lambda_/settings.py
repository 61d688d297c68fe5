"""What a function may be set to: CreateFunction's parameters, their defaults and their limits."""

import json
from collections.abc import Mapping
from typing import Any

from bus.local.arns import service_of
from bus.local.errors import AwsError, UnsupportedOperationError
from bus.local.functions import Settings
from bus.local.lambda_.errors import invalid
from bus.local.operations import Params

RUNTIMES = {"python3.11", "python3.12", "python3.13", "python3.14"}
RETIRED = {"python2.7", "python3.6", "python3.7", "python3.8", "python3.9"}
LONGEST_TIMEOUT = 900  # seconds: Lambda developer guide, "Lambda quotas"
MOST_MEMORY = 10_240  # MB: as above
LARGEST_ENVIRONMENT = 4 * 1024  # bytes: as above

DEFAULTS: Mapping[str, Any] = {
    "Description": "",
    "Timeout": 3,
    "MemorySize": 128,
    "PackageType": "Zip",
    "Architectures": ["x86_64"],
    "EphemeralStorage": {"Size": 512},
    "TracingConfig": {"Mode": "PassThrough"},
    "LoggingConfig": {"LogFormat": "Text"},
    "SnapStart": {"ApplyOn": "None"},
}
# What UpdateFunctionConfiguration may change, and is taken here; the rest of CreateFunction's is refused. Role, keys,
# layers, network, storage, tracing and the form of logs are kept and answered: what they change is not in this process
# (`FunctionResources` gives the reason for each).
CHANGEABLE = frozenset(
    {
        "Role",
        "Handler",
        "Runtime",
        "Description",
        "Timeout",
        "MemorySize",
        "Environment",
        "DeadLetterConfig",
        "KMSKeyArn",
        "TracingConfig",
        "Layers",
        "EphemeralStorage",
        "SnapStart",
        "LoggingConfig",
        "VpcConfig",
    }
)
SETTABLE = CHANGEABLE | {"PackageType", "Architectures"}
# Lambda developer guide, "Using Lambda environment variables", reserved environment variables.
RESERVED = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_DEFAULT_REGION",
        "AWS_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_LAMBDA_RUNTIME_API",
        "LAMBDA_TASK_ROOT",
        "LAMBDA_RUNTIME_DIR",
    }
)


def of_request(given: Params, before: Mapping[str, Any] = DEFAULTS) -> dict[str, Any]:
    """The settings that a request makes of those `before` it. Raises AwsError and UnsupportedOperationError."""
    settings = {**before, **{name: value for name, value in given.items() if name in SETTABLE}}
    if settings["PackageType"] != "Zip":
        raise UnsupportedOperationError(f"functions of the PackageType {settings['PackageType']}")
    if not settings.get("Runtime") or not settings.get("Handler"):
        raise invalid("Runtime and Handler are mandatory parameters for functions created with deployment packages.")
    _check_runtime(settings["Runtime"])
    _check_most(settings, "Timeout", LONGEST_TIMEOUT)
    _check_most(settings, "MemorySize", MOST_MEMORY)
    _check_environment(settings.get("Environment", {}).get("Variables", {}))
    _check_dead_letters(settings.get("DeadLetterConfig", {}).get("TargetArn"))
    return settings


def runtime_settings(name: str, version: str, settings: Mapping[str, Any]) -> Settings:
    """The part of them that a running function sees."""
    return Settings(
        name=name,
        version=version,
        handler=settings["Handler"],
        environment=dict(settings.get("Environment", {}).get("Variables", {})),
        timeout=float(settings["Timeout"]),
        memory=int(settings["MemorySize"]),
        runtime=settings["Runtime"],
    )


def _check_runtime(runtime: str) -> None:
    if runtime in RETIRED:
        raise invalid(
            f"The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda functions."
            f" We recommend you use a supported runtime while creating or updating functions."
        )
    if runtime not in RUNTIMES:
        raise UnsupportedOperationError(f"the runtime {runtime}")


def _check_most(settings: Mapping[str, Any], name: str, most: int) -> None:
    if settings[name] > most:
        member = name[0].lower() + name[1:]
        reason = f"failed to satisfy constraint: Member must have value less than or equal to {most}"
        message = f"1 validation error detected: Value '{settings[name]}' at '{member}' {reason}"
        raise AwsError("ValidationException", message)


def _check_environment(variables: Mapping[str, str]) -> None:
    reserved = [name for name in variables if name in RESERVED]
    if reserved:
        raise invalid(
            "Lambda was unable to configure your environment variables because the environment variables you have"
            " provided contains reserved keys that are currently not supported for modification. Reserved keys used in"
            f" this request: {', '.join(reserved)}"
        )
    text = json.dumps(variables, separators=(",", ":"))
    if len(text.encode()) > LARGEST_ENVIRONMENT:
        raise invalid(
            "Lambda was unable to configure your environment variables because the environment variables you have"
            f" provided exceeded the 4KB limit. String measured: {text}"
        )


def _check_dead_letters(arn: str | None) -> None:
    if arn and (service_of(arn) not in {"sqs", "sns"} or arn.endswith(".fifo")):
        raise invalid(
            f"The provided dead-letter target {arn} is neither a standard SQS queue nor a standard SNS topic."
        )
