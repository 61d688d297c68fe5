"""Tags of buses and rules."""

from collections.abc import Iterable, Mapping

from bus.local.events.errors import validation
from bus.local.events.ground import Ground
from bus.local.events.managed import check_unmanaged
from bus.local.events.parameters import accept
from bus.local.events.state import EventBus, Rule
from bus.local.operations import Params, Response, operation


def as_tags(given: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """Tags by key, from the list that operations and templates have."""
    return {tag["Key"]: tag["Value"] for tag in given or ()}


class TagOperations(Ground):
    """What is done to tags; a rule or bus is found by its ARN."""

    @operation("TagResource")
    def tag_resource(self, params: Params) -> Response:
        accept("TagResource", params)
        self._changeable(params["ResourceARN"]).tags.update(as_tags(params["Tags"]))
        return {}

    @operation("UntagResource")
    def untag_resource(self, params: Params) -> Response:
        accept("UntagResource", params)
        tags = self._changeable(params["ResourceARN"]).tags
        for key in params["TagKeys"]:
            tags.pop(key, None)
        return {}

    @operation("ListTagsForResource")
    def list_tags_for_resource(self, params: Params) -> Response:
        accept("ListTagsForResource", params)
        tags = self._tagged(params["ResourceARN"]).tags
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def _changeable(self, arn: str) -> EventBus | Rule:
        found = self._tagged(arn)
        if isinstance(found, Rule):
            check_unmanaged(found)
        return found

    def _tagged(self, arn: str) -> EventBus | Rule:
        """Raises ResourceNotFoundException, and ValidationException for an ARN of anything else."""
        kind, _, name = arn.partition(":event-bus/")
        if name:
            return self.buses.get(arn)
        kind, _, name = arn.partition(":rule/")
        if not name or not kind.startswith("arn:"):
            raise validation(f"Parameter {arn} is not valid. Reason: Provided Arn is not in correct format.")
        bus, _, rule = name.rpartition("/")
        return self.buses.get(bus or None).rule(rule)
