"""The environment variables that Lambda itself sets."""

from collections.abc import Mapping


def runtime_variables(
    *,
    name: str,
    version: str,
    handler: str,
    memory: int,
    runtime: str,
    region: str,
    log_group: str,
    log_stream: str,
    task_root: str,
) -> Mapping[str, str]:
    """Lambda developer guide, "Defined runtime environment variables". The credentials are no one's."""
    return {
        "_HANDLER": handler,
        "_X_AMZN_TRACE_ID": "",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory),
        "AWS_LAMBDA_FUNCTION_VERSION": version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_ACCESS_KEY_ID": "ASIAINPROCESS",
        "AWS_SECRET_ACCESS_KEY": "in-process",
        "AWS_SESSION_TOKEN": "in-process",
        "LAMBDA_TASK_ROOT": task_root,
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LANG": "en_US.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        "LD_LIBRARY_PATH": "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
        "PYTHONPATH": "/var/runtime",
        "HOME": "/home/sbx_user1051",
        "TZ": ":UTC",
    }
