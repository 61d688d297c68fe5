"""The CloudFormation resource of a function."""

from collections.abc import Mapping
from typing import Any

from bus.local.functions import Package
from bus.local.lambda_.function_operations import checked
from bus.local.lambda_.functions import Functions
from bus.local.lambda_.registered import RegisteredFunction
from bus.local.lambda_.settings import DEFAULTS, RUNTIMES, SETTABLE, of_request
from bus.local.lambda_.uploads import package_of
from bus.local.resources import LOGGED, UNCHECKED, UNENCRYPTED, Deployed, Made, Resource, removes, resource, updates

_IN_PROCESS = "functions run in this process"


class FunctionResources:
    """AWS::Lambda::Function."""

    functions: Functions

    @resource(
        "AWS::Lambda::Function",
        acts_on={
            "FunctionName",
            "Handler",
            "Runtime",
            "PackageType",
            "Environment.Variables",
            "Timeout",
            "MemorySize",
            "ReservedConcurrentExecutions",
            "DeadLetterConfig.TargetArn",
            "Code.ZipFile",
            "Code.S3Bucket",
            "Code.S3Key",
            "Code.S3ObjectVersion",
            "Description",
            "RecursiveLoop",
            "Tags",
        },
        inert={
            "Code": "handlers are imported from the project, unless their code is in the template or uploaded",
            "Role": UNCHECKED,
            "Architectures": _IN_PROCESS,
            "Layers": "libraries come from the project's own environment",
            "TracingConfig": LOGGED,
            "LoggingConfig": "the function's log is kept as it was written",
            "EphemeralStorage": _IN_PROCESS,
            "KmsKeyArn": UNENCRYPTED,
            "VpcConfig": "there is no network",
            "SnapStart": _IN_PROCESS,
            "RuntimeManagementConfig": _IN_PROCESS,
        },
        replaced_by={"FunctionName", "PackageType", "TenancyConfig"},
    )
    def make_function(self, wanted: Resource) -> Deployed:
        """A function; any of `RUNTIMES` is run by this interpreter."""
        settings = _settings(wanted)
        name = wanted.properties.get("FunctionName", wanted.name)
        function = self.functions.create(name, settings, self._package(wanted.properties))
        self._share_and_tag(function, wanted)
        return Deployed(name, {"Arn": function.arn})

    @updates("AWS::Lambda::Function")
    def update_function(self, wanted: Resource, made: Made) -> Deployed:
        """New settings take new execution environments; the log, the queue and what runs now stay."""
        function = self.functions.named(made.ref)
        settings = _settings(wanted)
        same = wanted.properties.get("Code") == made.properties.get("Code")
        package = function.latest.package if same else self._package(wanted.properties)
        if not same or settings != function.latest.settings:
            self.functions.change(function, settings, package)
        self._share_and_tag(function, wanted)
        return made.deployed

    @removes("AWS::Lambda::Function")
    def remove_function(self, made: Made) -> None:
        if made.ref in self.functions:
            self.functions.delete(self.functions.named(made.ref))

    def _package(self, properties: Mapping[str, Any]) -> Package | None:
        """A folder of this project, as SAM's CodeUri names it, holds what is imported from the project anyway."""
        code = properties.get("Code")
        if not isinstance(code, Mapping):
            return None
        if "ZipFile" in code:
            return Package.inline(code["ZipFile"])
        return package_of(self.functions.plane, "AWS::Lambda::Function", code)

    def _share_and_tag(self, function: RegisteredFunction, wanted: Resource) -> None:
        reserved = wanted.properties.get("ReservedConcurrentExecutions")
        self.functions.concurrency.reserve(function.share, None if reserved is None else int(reserved))
        function.recursion = wanted.properties.get("RecursiveLoop", "Terminate")
        function.tags = wanted.tags


def _settings(wanted: Resource) -> dict[str, Any]:
    properties = wanted.properties
    if properties.get("PackageType", "Zip") != "Zip":
        raise wanted.unsupported("container images (PackageType Image)", "PackageType")
    if properties.get("Runtime") not in RUNTIMES:
        raise wanted.unsupported(f"the runtime {properties.get('Runtime')}", "Runtime")
    given = {name: value for name, value in properties.items() if name in SETTABLE}
    given.update({name: int(given[name]) for name in ("Timeout", "MemorySize") if name in given})
    if "EphemeralStorage" in given:
        given["EphemeralStorage"] = {"Size": int(given["EphemeralStorage"]["Size"])}
    if "KmsKeyArn" in properties:
        given["KMSKeyArn"] = properties["KmsKeyArn"]
    variables = properties.get("Environment", {}).get("Variables", {})
    if variables:
        given["Environment"] = {"Variables": {name: str(value) for name, value in variables.items()}}
    limited = {name: value for name, value in given.items() if name != "Role"}  # which is nobody's here
    checked("CreateFunction", {**limited, "FunctionName": properties.get("FunctionName", wanted.name)})
    return of_request(given, DEFAULTS)
