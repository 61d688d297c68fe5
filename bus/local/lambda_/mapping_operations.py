"""The operations on event source mappings, and AWS::Lambda::EventSourceMapping."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bus.local.arns import service_of
from bus.local.errors import AwsError, UnsupportedOperationError
from bus.local.lambda_.errors import conflict, invalid, not_found
from bus.local.lambda_.functions import DeployedFunction, Functions
from bus.local.lambda_.mapping import EventSourceMapping
from bus.local.lambda_.mapping_settings import completed, of_template, source_service, truth
from bus.local.lambda_.mapping_validation import check_limits, check_settings, check_source
from bus.local.operations import Params, Response, only, operation
from bus.local.pages import page
from bus.local.plane import Plane
from bus.local.resources import LOGGED, UNENCRYPTED, Deployed, Made, Resource, removes, resource, updates
from bus.local.whereabouts import Whereabouts

TYPE = "AWS::Lambda::EventSourceMapping"
_MOST_A_PAGE = 100  # "a maximum of 100 items in each response, even if you set the number higher"
_ONE = frozenset({"UUID"})
_LISTED = frozenset({"EventSourceArn", "FunctionName", "Marker", "MaxItems"})
_QUEUE = ("An event source mapping with SQS arn", "already")
_STREAM = ("The event source arn", "provided mapping already")


class MappingOperations:
    """Creates, changes and deletes event source mappings (Lambda API reference)."""

    _plane: Plane
    functions: Functions
    mappings: dict[str, EventSourceMapping]

    @operation("CreateEventSourceMapping")
    def create_event_source_mapping(self, params: Params) -> Response:
        check_limits("CreateEventSourceMapping", params)
        given = {name: value for name, value in params.items() if name not in {"Enabled", "Tags"}}
        deployed, settings = self._checked_mapping(given, reads=True)
        self._check_single_mapping(deployed, settings, self.mappings.values())
        mapping = self._new_mapping(deployed, settings, enabled=params.get("Enabled", True))
        mapping.tags.update(params.get("Tags") or {})
        mapping.create()
        return mapping.description()

    @operation("UpdateEventSourceMapping")
    def update_event_source_mapping(self, params: Params) -> Response:
        check_limits("UpdateEventSourceMapping", params)
        mapping = self._free_mapping(params["UUID"], "update")
        given = {name: value for name, value in params.items() if name not in {"Enabled", "UUID"}}
        # The answer has the settings of before: changes "aren't reflected in the output until the process completes".
        before = mapping.description()
        self._change_mapping(mapping, {**mapping.settings, **given}, enabled=params.get("Enabled", mapping.enabled))
        return {**before, "State": mapping.state}

    @operation("DeleteEventSourceMapping")
    def delete_event_source_mapping(self, params: Params) -> Response:
        only("lambda:DeleteEventSourceMapping", params, _ONE)
        mapping = self._free_mapping(params["UUID"], "delete")
        mapping.delete(lambda: self._forget_mapping(mapping))
        return mapping.description()

    @operation("GetEventSourceMapping")
    def get_event_source_mapping(self, params: Params) -> Response:
        only("lambda:GetEventSourceMapping", params, _ONE)
        return self.mapping(params["UUID"]).description()

    @operation("ListEventSourceMappings")
    def list_event_source_mappings(self, params: Params) -> Response:
        """Of a function that is not there there are none; an unqualified name means the function itself alone."""
        only("lambda:ListEventSourceMappings", params, _LISTED)
        check_limits("ListEventSourceMappings", params)
        source, function = params.get("EventSourceArn"), self._mapped_arn(params.get("FunctionName"))
        found = [
            mapping.description()
            for mapping in self.mappings.values()
            if source in {None, mapping.source_arn} and function in {None, mapping.function_arn}
        ]
        asked = {**params, "MaxItems": min(params.get("MaxItems", _MOST_A_PAGE), _MOST_A_PAGE)}
        return page("EventSourceMappings", found, asked, size="MaxItems", start="Marker", following="NextMarker")

    @resource(
        TYPE,
        acts_on={
            "FunctionName",
            "EventSourceArn",
            "Enabled",
            "BatchSize",
            "MaximumBatchingWindowInSeconds",
            "FilterCriteria.Filters",
            "FunctionResponseTypes",
            "StartingPosition",
            "StartingPositionTimestamp",
            "ParallelizationFactor",
            "BisectBatchOnFunctionError",
            "MaximumRetryAttempts",
            "MaximumRecordAgeInSeconds",
            "TumblingWindowInSeconds",
            "DestinationConfig.OnFailure.Destination",
            "ScalingConfig.MaximumConcurrency",
            "ProvisionedPollerConfig.MinimumPollers",
            "ProvisionedPollerConfig.MaximumPollers",
            "Tags",
        },
        inert={"MetricsConfig": LOGGED, "KmsKeyArn": UNENCRYPTED},
        replaced_by={"EventSourceArn", "StartingPosition", "StartingPositionTimestamp", "SelfManagedEventSource"},
    )
    def make_mapping(self, wanted: Resource) -> Deployed:
        """A mapping from a queue or stream; it reads as soon as it is made."""
        enabled = truth(wanted.properties.get("Enabled", True))
        deployed, settings = self._checked_mapping(_wanted(wanted), reads=True)
        # CloudFormation has waited for those that it deleted; here they may have something in flight yet.
        rivals = [each for each in self.mappings.values() if each.state != "Deleting"]
        self._check_single_mapping(deployed, settings, rivals)
        mapping = self._new_mapping(deployed, settings, enabled=enabled)
        mapping.tags.update(wanted.tags)
        mapping.create(at_once=True)
        return Deployed(mapping.uuid, {"Id": mapping.uuid, "EventSourceMappingArn": mapping.arn})

    @updates(TYPE)
    def update_mapping(self, wanted: Resource, made: Made) -> Deployed:
        """What the template leaves out goes back to its default; the reader keeps its place."""
        mapping = self.mapping(made.ref)
        enabled = truth(wanted.properties.get("Enabled", True))
        self._change_mapping(mapping, _wanted(wanted), enabled=enabled, at_once=True)
        mapping.tags = dict(wanted.tags)
        return made.deployed

    @removes(TYPE)
    def remove_mapping(self, made: Made) -> None:
        mapping = self.mappings.get(made.ref)
        if mapping is not None:
            mapping.delete(lambda: self._forget_mapping(mapping), at_once=True)

    def mapping(self, uuid: str) -> EventSourceMapping:
        """Raises ResourceNotFoundException."""
        if uuid not in self.mappings:
            raise not_found("The resource you requested does not exist.")
        return self.mappings[uuid]

    def whereabouts_in_mappings(self, event_id: str) -> Iterator[Whereabouts]:
        """What the readers of all mappings hold of an event."""
        for mapping in self.mappings.values():
            yield from mapping.whereabouts(event_id)

    def _new_mapping(
        self, deployed: DeployedFunction, settings: Mapping[str, Any], *, enabled: bool
    ) -> EventSourceMapping:
        mapping = EventSourceMapping(self._plane, self._plane.chance.uuid(), deployed, settings, enabled=enabled)
        self.mappings[mapping.uuid] = mapping
        return mapping

    def _change_mapping(
        self, mapping: EventSourceMapping, given: Mapping[str, Any], *, enabled: bool, at_once: bool = False
    ) -> None:
        deployed, settings = self._checked_mapping(given, reads=enabled)
        self._check_single_mapping(deployed, settings, [one for one in self.mappings.values() if one is not mapping])
        mapping.change(deployed, settings, enabled=enabled, at_once=at_once)

    def _checked_mapping(self, given: Mapping[str, Any], *, reads: bool) -> tuple[DeployedFunction, Mapping[str, Any]]:
        """A mapping that is not to read may go on without its source."""
        service, settings = source_service(given), completed(given)
        check_settings(self._plane, service, settings)
        deployed = self._mapped_function(settings["FunctionName"])
        if reads:
            check_source(self._plane, service, settings, deployed.function.settings.timeout)
        return deployed, settings

    def _mapped_function(self, reference: str) -> DeployedFunction:
        try:
            return self.functions.get(reference)
        except AwsError as error:
            if error.code != "ResourceNotFoundException":
                raise
            raise invalid("Function does not exist") from error

    def _mapped_arn(self, reference: str | None) -> str | None:
        if reference is None:
            return None
        try:
            return self.functions.get(reference).arn
        except AwsError as error:
            if error.code != "ResourceNotFoundException":
                raise
            return ""

    @staticmethod
    def _check_single_mapping(
        deployed: DeployedFunction, settings: Mapping[str, Any], rivals: Iterable[EventSourceMapping]
    ) -> None:
        """A source and a function have one mapping."""
        source = settings["EventSourceArn"]
        for mapping in rivals:
            if mapping.source_arn == source and mapping.function_arn == deployed.arn:
                what, already = _QUEUE if service_of(source) == "sqs" else _STREAM
                name = deployed.arn.partition(":function:")[2]
                raise conflict(
                    f'{what} (" {source} ") and function (" {name} ") {already} exists. '
                    f"Please update or delete the existing mapping with UUID {mapping.uuid}"
                )

    def _free_mapping(self, uuid: str, verb: str) -> EventSourceMapping:
        mapping = self.mapping(uuid)
        if not mapping.settled:
            message = f"Cannot {verb} the event source mapping because it is in use."
            raise AwsError("ResourceInUseException", message, Type="User")
        return mapping

    def _forget_mapping(self, mapping: EventSourceMapping) -> None:
        self.mappings.pop(mapping.uuid, None)


def _wanted(wanted: Resource) -> dict[str, Any]:
    """A template's properties as parameters. Raises UnsupportedResourceError for a source that the plane has not, and
    AwsError for values outside the ranges of the service model.
    """
    given = of_template(wanted.properties)
    check_limits("CreateEventSourceMapping", given)
    try:
        source_service(given)
    except UnsupportedOperationError as error:
        raise wanted.unsupported(f"the event source {given.get('EventSourceArn')}", "EventSourceArn") from error
    return given
