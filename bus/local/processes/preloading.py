"""What is loaded before a function starts, because most functions load it."""

from collections.abc import Mapping

# awslambdaric's own modules, and `runtime_client` in C++, read the function's environment when they are imported; these
# are what they import.
_RUNTIME = (
    "concurrent.futures.thread",
    "decimal",
    "http.client",
    "json",
    "logging",
    "simplejson",
    "snapshot_restore_py",
    "traceback",
)
LIBRARIES = (
    "boto3",
    "botocore.credentials",
    "botocore.endpoint",
    "botocore.handlers",
    "botocore.httpsession",
    "botocore.session",
    "jinja2",
    "jsonschema_rs",
    "pydantic.main",
    "pydantic.networks",
    "pydantic.type_adapter",
    "pydantic_core",
    "urllib3",
    "aws_lambda_powertools",
    "aws_lambda_powertools.event_handler.api_gateway",
    "aws_lambda_powertools.utilities.batch",
    "aws_lambda_powertools.utilities.data_classes",
    "aws_lambda_powertools.utilities.idempotency",
    "aws_lambda_powertools.utilities.typing",
)
# What Powertools and pydantic read when they are imported, and a function may set for itself.
READ_AT_IMPORT = {"POWERTOOLS_DEBUG", "POWERTOOLS_DEV", "POWERTOOLS_TRACE_MIDDLEWARES", "PYDANTIC_DISABLE_PLUGINS"}
# What they read beside it is the same for all functions of one runtime (functions/environment.py).
SHARED = ("AWS_EXECUTION_ENV", "AWS_LAMBDA_INITIALIZATION_TYPE", "HOME", "LANG", "PATH", "TZ")


def shared_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """The part of a function's environment that a mother may have."""
    return {name: variables[name] for name in SHARED if name in variables}


def preloaded_modules(variables: Mapping[str, str]) -> tuple[str, ...]:
    """What a function with this environment cannot tell from what it would have imported itself."""
    return _RUNTIME if READ_AT_IMPORT.intersection(variables) else _RUNTIME + LIBRARIES
