"""The operations on topics themselves."""

from bus.local.errors import AwsError, UnsupportedOperationError
from bus.local.operations import Params, Response, operation
from bus.local.pages import page
from bus.local.sns.errors import check_arn, invalid
from bus.local.sns.topic import Topic
from bus.local.sns.topics import Topics

_MOST_TAGS = 50


class TopicOperations:
    """Creating, describing, tagging and deleting topics."""

    topics: Topics

    @operation("CreateTopic")
    def create_topic(self, params: Params) -> Response:
        if params.get("DataProtectionPolicy"):
            raise UnsupportedOperationError("data protection policies")
        tags = _tags(params.get("Tags") or ())
        return {"TopicArn": self.topics.create(params["Name"], params.get("Attributes") or {}, tags).arn}

    @operation("DeleteTopic")
    def delete_topic(self, params: Params) -> Response:
        self.topics.delete(params["TopicArn"])
        return {}

    @operation("ListTopics")
    def list_topics(self, params: Params) -> Response:
        return listed("Topics", [{"TopicArn": topic.arn} for topic in self.topics], params)

    @operation("GetTopicAttributes")
    def get_topic_attributes(self, params: Params) -> Response:
        return {"Attributes": self.topics[params["TopicArn"]].described()}

    @operation("SetTopicAttributes")
    def set_topic_attributes(self, params: Params) -> Response:
        self.topics[params["TopicArn"]].configure({params["AttributeName"]: params.get("AttributeValue") or ""})
        return {}

    @operation("GetDataProtectionPolicy")
    def get_data_protection_policy(self, params: Params) -> Response:
        """No topic has one: setting them is not done."""
        self.topics[params["ResourceArn"]]
        return {}

    @operation("ListTagsForResource")
    def list_tags_for_resource(self, params: Params) -> Response:
        tags = self._tagged(params).tags
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    @operation("TagResource")
    def tag_resource(self, params: Params) -> Response:
        topic = self._tagged(params)
        tags = topic.tags | _tags(params["Tags"])
        if len(tags) > _MOST_TAGS:
            raise AwsError("TagLimitExceeded", "Could not complete request: tag quota of per resource exceeded")
        topic.tags = tags
        return {}

    @operation("UntagResource")
    def untag_resource(self, params: Params) -> Response:
        topic = self._tagged(params)
        for key in params["TagKeys"]:
            topic.tags.pop(key, None)
        return {}

    def _tagged(self, params: Params) -> Topic:
        check_arn(params["ResourceArn"], "ResourceArn")
        topic = self.topics.find(params["ResourceArn"])
        if topic is None:
            raise AwsError("ResourceNotFound", "Resource does not exist", status=404)
        return topic


def listed(member: str, items: list[dict[str, str]], params: Params) -> Response:
    """A page of up to 100. Raises AwsError."""
    if not (params.get("NextToken") or "0").isdecimal():
        raise invalid("NextToken")
    return page(member, items, params)


def _tags(given: list[dict[str, str]] | tuple[()]) -> dict[str, str]:
    tags = {tag["Key"]: tag["Value"] for tag in given}
    if len(tags) < len(given):
        raise invalid("Duplicated keys are not allowed.")
    return tags
