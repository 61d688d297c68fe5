"""What a function is set to."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Settings:
    """What a template or a request says of a function: `handler` is "package.module.function".

    `timeout` is in seconds, `memory` in MB. A published version has a number for its `version`.
    """

    name: str
    handler: str
    environment: dict[str, str] = field(default_factory=dict)
    timeout: float = 3
    memory: int = 128
    runtime: str = "python3.11"
    version: str = "$LATEST"

    @property
    def log_group(self) -> str:
        return f"/aws/lambda/{self.name}"
