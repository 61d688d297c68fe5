"""The functions there are, by every name that Lambda accepts for one."""

from collections.abc import Mapping
from typing import Any

from bus.local.errors import AwsError
from bus.local.functions import Answer, Function, Log, Package
from bus.local.lambda_.concurrency import Concurrency, Occupancy
from bus.local.lambda_.errors import invalid, not_found
from bus.local.lambda_.invocation import Invocation, outside
from bus.local.lambda_.lineage import Lineage
from bus.local.lambda_.measuring import measure, measure_throttle
from bus.local.lambda_.names import LATEST, parse
from bus.local.lambda_.registered import RegisteredFunction
from bus.local.lambda_.settings import runtime_settings
from bus.local.lambda_.trace_header import Chain
from bus.local.lambda_.version import Version
from bus.local.later import Later
from bus.local.plane import Plane

__all__ = ["LATEST", "DeployedFunction", "Functions"]


class DeployedFunction:
    """A function under the name that somebody knows it by: as a whole, a version of it, or an alias.

    It stays valid while the function changes; what it does after the function was deleted raises
    ResourceNotFoundException.
    """

    def __init__(self, functions: "Functions", name: str, qualifier: str | None) -> None:
        self._functions, self._name, self.qualifier = functions, name, qualifier
        self.arn = functions.arn(name, qualifier)

    @property
    def registered(self) -> RegisteredFunction:
        """Everything that belongs to the function."""
        return self._functions.named(self._name, self.qualifier)

    @property
    def version(self) -> Version:
        """The version that the name stands for; of an alias, the one that takes most."""
        return self.registered.version_of(self.qualifier)

    @property
    def function(self) -> Function:
        """What runs."""
        return self.version.function

    @function.setter
    def function(self, function: Function) -> None:
        self.version.function = function

    def begin(self, invocation: Invocation, chain: Chain | None = None) -> Later[Answer]:
        """Run it, at the end of the chain of the function that runs now, or of the given one.

        In process the answer is there at once; from the world it comes whenever the function is done, be there still
        such a function or not. Raises TooManyRequestsException when no concurrency is left for it, and
        RecursiveInvocationException.
        """
        registered, lineage, plane = self.registered, self._functions.lineage, self._functions.plane
        chain, terminates = lineage.present if chain is None else chain, registered.recursion == "Terminate"
        with lineage.invoking(self._name, chain, terminates=terminates):
            version = registered.version_for(self.qualifier, plane.chance)
            try:
                occupancy = self._functions.concurrency.take(registered.share)
            except AwsError:
                measure_throttle(plane, self._name)
                raise
            if plane.world is None:
                return Later.of(self._run(version, invocation, occupancy))
            return outside(plane, version, invocation, self.arn, lineage.present, occupancy)

    def _run(self, version: Version, invocation: Invocation, occupancy: Occupancy) -> Answer:
        seconds = 0.0
        try:
            answer = version.function.invoke(
                invocation.payload,
                invocation.request_id,
                invoked_arn=self.arn,
                client_context=invocation.client_context,
            )
            seconds = answer.seconds
        finally:
            now = self._functions.plane.clock.time()
            occupancy.end(now + seconds, now)
        measure(self._functions.plane, self._name, seconds, failed=answer.failed)
        return answer


class Functions:
    """Every function, by name."""

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self.concurrency = Concurrency(plane)
        self.lineage = Lineage()
        self._by_name: dict[str, RegisteredFunction] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def arn(self, name: str, qualifier: str | None = None) -> str:
        return self.plane.arn("lambda", f"function:{name}" + (f":{qualifier}" if qualifier else ""))

    def all(self) -> list[RegisteredFunction]:
        """Every function, in the order of their names."""
        return [self._by_name[name] for name in sorted(self._by_name)]

    def named(self, name: str, qualifier: str | None = None) -> RegisteredFunction:
        """Raises ResourceNotFoundException, which names the `qualifier` too."""
        found = self._by_name.get(name)
        if found is None:
            raise not_found(f"Function not found: {self.arn(name, qualifier)}")
        return found

    def get(self, reference: str, qualifier: str | None = None) -> DeployedFunction:
        """A function, version or alias by name, ARN or partial ARN. Raises AwsError, when there is none too."""
        name = parse(reference, qualifier)
        found = DeployedFunction(self, name.function, name.qualifier)
        _ = found.version  # raises when there is none
        return found

    def create(self, name: str, settings: Mapping[str, Any], package: Package | None) -> RegisteredFunction:
        """A new function; its name is free."""
        created = RegisteredFunction(name, self.arn(name), self.concurrency.add())
        self._by_name[name] = created
        self._set_latest(created, settings, package, Log())
        return created

    def change(self, registered: RegisteredFunction, settings: Mapping[str, Any], package: Package | None) -> None:
        """Give $LATEST new settings or code: it starts anew, and its log goes on."""
        before = registered.latest
        self._set_latest(registered, settings, package, before.function.log)
        self._forget(registered, before.package)

    def publish(self, registered: RegisteredFunction, description: str | None = None) -> Version:
        """The next version, or the last one when nothing has changed since (Lambda API reference, PublishVersion)."""
        latest, last = registered.latest, registered.versions.get(str(registered.published))
        if last is not None and last.same_as(latest):
            return last
        registered.published += 1
        number = str(registered.published)
        settings = latest.settings if description is None else {**latest.settings, "Description": description}
        published = self._version(registered, number, settings, latest.package, latest.function.log)
        registered.versions[number] = published
        return published

    def delete_version(self, registered: RegisteredFunction, number: str) -> None:
        """Raises ResourceNotFoundException, and ResourceConflictException for the version of an alias."""
        version = registered.versions.get(number)
        if version is None:
            raise not_found(f"Function not found: {registered.arn_of(number)}")
        if number == LATEST:
            raise invalid("$LATEST version cannot be deleted without deleting the function.")
        del registered.versions[number]
        for kept in (registered.invoke_configs, registered.statements, registered.provisioned):
            kept.pop(number, None)
        registered.share.provisioned.pop(number, None)
        self._forget(registered, version.package)

    def delete(self, registered: RegisteredFunction) -> None:
        """All of it, versions and aliases too; what still waits to be run never will."""
        del self._by_name[registered.name]
        self.concurrency.remove(registered.share)
        versions = list(registered.versions.values())
        registered.versions.clear()
        for version in versions:
            self._forget(registered, version.package)

    def close(self) -> None:
        """Delete what was unpacked."""
        for registered in self.all():
            for version in registered.versions.values():
                if version.package is not None:
                    version.package.remove()

    def now(self) -> str:
        """The present as LastModified has it: 2026-01-01T00:00:00.000+0000."""
        return self.plane.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "+0000")

    def _set_latest(
        self, registered: RegisteredFunction, settings: Mapping[str, Any], package: Package | None, log: Log
    ) -> None:
        registered.versions[LATEST] = self._version(registered, LATEST, settings, package, log)

    def _version(
        self,
        registered: RegisteredFunction,
        number: str,
        settings: Mapping[str, Any],
        package: Package | None,
        log: Log,
    ) -> Version:
        runtime = runtime_settings(registered.name, number, settings)
        arn = registered.arn if number == LATEST else registered.arn_of(number)
        function = Function(self.plane, runtime, arn, package=package, log=log)
        return Version(number, registered.arn, settings, function, self.now(), self.plane.chance.uuid())

    @staticmethod
    def _forget(registered: RegisteredFunction, package: Package | None) -> None:
        if package is not None and all(version.package is not package for version in registered.versions.values()):
            package.remove()
