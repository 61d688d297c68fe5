"""One HTTP API and its stages."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bus.local.http_api.openapi import Definition
from bus.local.http_api.routes import DEFAULT
from bus.local.http_api.throttling import NO_LIMITS, StageLimits


@dataclass(frozen=True)
class Stage:
    """A stage: requests reach it by the first segment of their path; $default is where the rest go."""

    name: str
    variables: Mapping[str, str]
    limits: StageLimits = NO_LIMITS

    def route_path(self, path: str) -> str:
        """The path that the routes see."""
        return path if self.name == DEFAULT else path.removeprefix(f"/{self.name}") or "/"


@dataclass
class Api:
    """An API that answers at `<id>.execute-api.<region>.amazonaws.com`."""

    id: str
    domain: str
    definition: Definition
    stages: dict[str, Stage] = field(default_factory=dict)

    def stage(self, path: str) -> Stage | None:
        """The stage of a request: one that the path begins with, else $default if there is one."""
        first = path.removeprefix("/").partition("/")[0]
        return self.stages.get(first, self.stages.get(DEFAULT))
