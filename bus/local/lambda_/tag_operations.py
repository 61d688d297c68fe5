"""Tags of functions and event source mappings, and what tools read of a function beside its configuration."""

from bus.local.errors import UnsupportedOperationError
from bus.local.lambda_.errors import invalid, not_found
from bus.local.lambda_.function_operations import checked
from bus.local.lambda_.functions import Functions
from bus.local.lambda_.mapping import EventSourceMapping
from bus.local.lambda_.names import parse, unqualified
from bus.local.lambda_.registered import RegisteredFunction
from bus.local.operations import Params, Response, only, operation

MOST_TAGS = 50


class TagOperations:
    """Lambda developer guide, "Using tags on Lambda functions": tags are the function's, not a version's."""

    functions: Functions
    mappings: dict[str, EventSourceMapping]

    @operation("TagResource")
    def tag_resource(self, params: Params) -> Response:
        only("lambda:TagResource", params, {"Resource", "Tags"})
        tags = self._tagged(params["Resource"]).tags
        merged = {**tags, **params["Tags"]}
        if len(merged) > MOST_TAGS:
            raise invalid("Number of tags exceeds resource tag limit.")
        tags.update(params["Tags"])
        return {}

    @operation("UntagResource")
    def untag_resource(self, params: Params) -> Response:
        only("lambda:UntagResource", params, {"Resource", "TagKeys"})
        tags = self._tagged(params["Resource"]).tags
        for key in params["TagKeys"]:
            tags.pop(key, None)
        return {}

    @operation("ListTags")
    def list_tags(self, params: Params) -> Response:
        only("lambda:ListTags", params, {"Resource"})
        return {"Tags": dict(self._tagged(params["Resource"]).tags)}

    @operation("GetFunctionCodeSigningConfig")
    def get_code_signing_config(self, params: Params) -> Response:
        """No function here has one; tools ask all the same."""
        only("lambda:GetFunctionCodeSigningConfig", params, {"FunctionName"})
        name = parse(params["FunctionName"]).function
        self.functions.named(name)
        return {"CodeSigningConfigArn": "", "FunctionName": name}

    @operation("GetFunctionRecursionConfig")
    def get_recursion_config(self, params: Params) -> Response:
        only("lambda:GetFunctionRecursionConfig", params, {"FunctionName"})
        return {"RecursiveLoop": self.functions.named(unqualified(params["FunctionName"])).recursion}

    @operation("PutFunctionRecursionConfig")
    def put_recursion_config(self, params: Params) -> Response:
        """Kept and answered: endless loops are stopped by the engine, which says where to look."""
        only("lambda:PutFunctionRecursionConfig", params, {"FunctionName", "RecursiveLoop"})
        checked("PutFunctionRecursionConfig", params)
        self.functions.named(unqualified(params["FunctionName"])).recursion = params["RecursiveLoop"]
        return {"RecursiveLoop": params["RecursiveLoop"]}

    def _tagged(self, arn: str) -> RegisteredFunction | EventSourceMapping:
        if ":event-source-mapping:" in arn:
            mapping = self.mappings.get(arn.rpartition(":")[2])
            if mapping is None:
                raise not_found("The resource you requested does not exist.")
            return mapping
        if ":function:" not in arn:
            raise UnsupportedOperationError(f"tags on {arn}")
        name = parse(arn)
        if name.qualifier is not None:
            raise invalid("Tags on function aliases and versions are not supported. Please specify a function ARN.")
        return self.functions.named(name.function)
