"""Tags and resource policies of streams and of consumers. The plane checks no permissions: policies are kept."""

import json

from bus.local.kinesis.errors import invalid_argument, not_found
from bus.local.kinesis.requests import checked
from bus.local.kinesis.streams import Streams
from bus.local.operations import Params, Response

_MOST_TAGS = 50
_CONSUMER = "/consumer/"


class Labels:
    """Tagging, and keeping policies."""

    streams: Streams
    policies: dict[str, str]

    @checked("AddTagsToStream")
    def add_tags_to_stream(self, params: Params) -> Response:
        add_tags(self.streams.of(params).tags, params["Tags"])
        return {}

    @checked("RemoveTagsFromStream")
    def remove_tags_from_stream(self, params: Params) -> Response:
        tags = self.streams.of(params).tags
        for key in params["TagKeys"]:
            tags.pop(key, None)
        return {}

    @checked("ListTagsForStream")
    def list_tags_for_stream(self, params: Params) -> Response:
        after = params.get("ExclusiveStartTagKey") or ""
        limit = params.get("Limit") or _MOST_TAGS
        tags = [(key, value) for key, value in sorted(self.streams.of(params).tags.items()) if key > after]
        return {"Tags": _listed(tags[:limit]), "HasMoreTags": len(tags) > limit}

    @checked("TagResource")
    def tag_resource(self, params: Params) -> Response:
        add_tags(self._tags_of(params), params["Tags"])
        return {}

    @checked("UntagResource")
    def untag_resource(self, params: Params) -> Response:
        tags = self._tags_of(params)
        for key in params["TagKeys"]:
            tags.pop(key, None)
        return {}

    @checked("ListTagsForResource")
    def list_tags_for_resource(self, params: Params) -> Response:
        return {"Tags": _listed(sorted(self._tags_of(params).items()))}

    @checked("PutResourcePolicy")
    def put_resource_policy(self, params: Params) -> Response:
        self._tags_of(params)
        try:
            json.loads(params["Policy"])
        except ValueError as error:
            raise invalid_argument("The resource policy is not a JSON document.") from error
        self.policies[params["ResourceARN"]] = params["Policy"]
        return {}

    @checked("GetResourcePolicy")
    def get_resource_policy(self, params: Params) -> Response:
        return {"Policy": self._policy(params)}

    @checked("DeleteResourcePolicy")
    def delete_resource_policy(self, params: Params) -> Response:
        self._policy(params)
        del self.policies[params["ResourceARN"]]
        return {}

    def _policy(self, params: Params) -> str:
        self._tags_of(params)
        arn = params["ResourceARN"]
        if arn not in self.policies:
            raise not_found(f"No resource policy found for resource ARN {arn}.")
        return self.policies[arn]

    def _tags_of(self, params: Params) -> dict[str, str]:
        """The tags of the stream or consumer with this ARN. Raises AwsError when there is none."""
        arn = params["ResourceARN"]
        if _CONSUMER in arn:
            return self.streams.consumers.with_arn(arn).tags
        return self.streams.of({"StreamARN": arn}).tags


def add_tags(tags: dict[str, str], more: dict[str, str]) -> None:
    """Raises AwsError when there would be too many."""
    if len(tags.keys() | more.keys()) > _MOST_TAGS:
        raise invalid_argument(f"A resource cannot have more than {_MOST_TAGS} tags associated with it.")
    tags.update(more)


def _listed(tags: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags]
