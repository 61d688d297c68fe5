"""A function with everything that belongs to it: versions, aliases, limits, policies, tags."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bus.local.lambda_.concurrency import Share
from bus.local.lambda_.errors import not_found
from bus.local.lambda_.names import LATEST
from bus.local.lambda_.version import Version
from bus.local.plane import Chance


@dataclass(slots=True)
class Alias:
    """A name for a version; `weights` send a share of the invocations to another version, by its number."""

    name: str
    version: str
    description: str
    revision: str
    weights: Mapping[str, float] = field(default_factory=dict)

    def choose(self, chance: Chance) -> str:
        """The version that takes one invocation (Lambda developer guide, "Implement Lambda canary deployments")."""
        for version, weight in self.weights.items():
            if chance.random.random() < weight:
                return version
        return self.version


@dataclass(slots=True)
class RegisteredFunction:
    """What Lambda keeps of one function.

    `versions` holds $LATEST too. `invoke_configs` (asynchronous invocation), `statements` (of the resource policy) and
    `provisioned` are by qualifier: "$LATEST", a version or an alias.
    """

    name: str
    arn: str
    share: Share
    versions: dict[str, Version] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    invoke_configs: dict[str, dict[str, Any]] = field(default_factory=dict)
    statements: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    provisioned: dict[str, str] = field(default_factory=dict)
    recursion: str = "Terminate"
    published: int = 0

    @property
    def latest(self) -> Version:
        return self.versions[LATEST]

    def arn_of(self, qualifier: str | None) -> str:
        return self.arn if qualifier is None else f"{self.arn}:{qualifier}"

    def version_of(self, qualifier: str | None) -> Version:
        """The version that a qualifier stands for: an alias's first. Raises ResourceNotFoundException."""
        return self._version(self._number(qualifier), qualifier)

    def version_for(self, qualifier: str | None, chance: Chance) -> Version:
        """The version that takes one invocation. Raises ResourceNotFoundException."""
        alias = self.aliases.get(qualifier or "")
        return self.version_of(qualifier) if alias is None else self._version(alias.choose(chance), qualifier)

    def _number(self, qualifier: str | None) -> str:
        alias = self.aliases.get(qualifier or "")
        return (qualifier or LATEST) if alias is None else alias.version

    def _version(self, number: str, qualifier: str | None) -> Version:
        version = self.versions.get(number)
        if version is None:
            raise not_found(f"Function not found: {self.arn_of(qualifier)}")
        return version
