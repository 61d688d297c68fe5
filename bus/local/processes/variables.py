"""The environment variables of a function's process."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from bus.local.functions.environment import runtime_variables
from bus.local.functions.settings import Settings


def variables(settings: Settings, region: str, folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """The function's own, those that Lambda sets, and `more`, of which the later count."""
    day = datetime.now(UTC).strftime("%Y/%m/%d")
    given = runtime_variables(
        name=settings.name,
        version=settings.version,
        handler=settings.handler,
        memory=settings.memory,
        runtime=settings.runtime,
        region=region,
        log_group=settings.log_group,
        log_stream=f"{day}/[{settings.version}]{uuid4().hex}",
        task_root=str(folder),
    )
    return {**settings.environment, **given, **more}
