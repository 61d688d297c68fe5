"""The tags of pipes."""

from bus.local.operations import Params, Response, only, operation
from bus.local.pipes.errors import invalid
from bus.local.pipes.pipes import Pipes

MOST_TAGS = 50


class PipeTags:
    """TagResource, UntagResource and ListTagsForResource, by the ARN of a pipe."""

    pipes: Pipes

    @operation("ListTagsForResource")
    def list_tags_for_resource(self, params: Params) -> Response:
        only("pipes:ListTagsForResource", params, ("resourceArn",))
        return {"tags": dict(self.pipes.at(params["resourceArn"]).tags)}

    @operation("TagResource")
    def tag_resource(self, params: Params) -> Response:
        """A key that is there gets the new value."""
        only("pipes:TagResource", params, ("resourceArn", "tags"))
        pipe = self.pipes.at(params["resourceArn"])
        tags = pipe.tags | params["tags"]
        if len(tags) > MOST_TAGS:
            raise invalid(f"A pipe has at most {MOST_TAGS} tags.")
        pipe.tags = tags
        return {}

    @operation("UntagResource")
    def untag_resource(self, params: Params) -> Response:
        only("pipes:UntagResource", params, ("resourceArn", "tagKeys"))
        pipe = self.pipes.at(params["resourceArn"])
        pipe.tags = {key: value for key, value in pipe.tags.items() if key not in params["tagKeys"]}
        return {}
