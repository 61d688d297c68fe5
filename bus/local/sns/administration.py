"""The operations on topics and subscriptions themselves."""

from bus.local.errors import UnsupportedOperationError
from bus.local.operations import Params, Response, operation
from bus.local.pages import page
from bus.local.sns.errors import invalid
from bus.local.sns.subscription import Subscription
from bus.local.sns.topics import Topics


class Administration:
    """Creating, describing and deleting topics and subscriptions."""

    topics: Topics
    account: str

    @operation("CreateTopic")
    def create_topic(self, params: Params) -> Response:
        if params.get("DataProtectionPolicy"):
            raise UnsupportedOperationError("data protection policies")
        topic = self.topics.create(params["Name"], params.get("Attributes") or {})
        topic.tags.update({tag["Key"]: tag["Value"] for tag in params.get("Tags") or ()})
        return {"TopicArn": topic.arn}

    @operation("DeleteTopic")
    def delete_topic(self, params: Params) -> Response:
        self.topics.delete(params["TopicArn"])
        return {}

    @operation("ListTopics")
    def list_topics(self, params: Params) -> Response:
        return _page("Topics", [{"TopicArn": arn} for arn in self.topics.arns()], params)

    @operation("GetTopicAttributes")
    def get_topic_attributes(self, params: Params) -> Response:
        return {"Attributes": self.topics[params["TopicArn"]].described()}

    @operation("SetTopicAttributes")
    def set_topic_attributes(self, params: Params) -> Response:
        self.topics[params["TopicArn"]].configure({params["AttributeName"]: params.get("AttributeValue") or ""})
        return {}

    @operation("ListTagsForResource")
    def list_tags_for_resource(self, params: Params) -> Response:
        tags = self.topics[params["ResourceArn"]].tags
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    @operation("Subscribe")
    def subscribe(self, params: Params) -> Response:
        topic = self.topics[params["TopicArn"]]
        if not params.get("Endpoint"):
            raise invalid("Endpoint")
        attributes = params.get("Attributes") or {}
        return {"SubscriptionArn": self.topics.subscribe(topic, params["Protocol"], params["Endpoint"], attributes).arn}

    @operation("Unsubscribe")
    def unsubscribe(self, params: Params) -> Response:
        self.topics.unsubscribe(params["SubscriptionArn"])
        return {}

    @operation("ListSubscriptionsByTopic")
    def list_subscriptions_by_topic(self, params: Params) -> Response:
        subscriptions = self.topics[params["TopicArn"]].subscriptions.values()
        return _page("Subscriptions", [self._listed(subscription) for subscription in subscriptions], params)

    @operation("GetSubscriptionAttributes")
    def get_subscription_attributes(self, params: Params) -> Response:
        subscription = self.topics.subscription(params["SubscriptionArn"])
        scope = {"FilterPolicyScope": "MessageAttributes"} if "FilterPolicy" in subscription.attributes else {}
        return {
            "Attributes": {
                **self._listed(subscription),
                "ConfirmationWasAuthenticated": "true",
                "PendingConfirmation": "false",
                "RawMessageDelivery": "false",
                **scope,
                **subscription.attributes,
            }
        }

    @operation("SetSubscriptionAttributes")
    def set_subscription_attributes(self, params: Params) -> Response:
        subscription = self.topics.subscription(params["SubscriptionArn"])
        subscription.configure({params["AttributeName"]: params.get("AttributeValue") or ""})
        return {}

    def _listed(self, subscription: Subscription) -> dict[str, str]:
        return {
            "SubscriptionArn": subscription.arn,
            "Owner": self.account,
            "Protocol": subscription.protocol,
            "Endpoint": subscription.endpoint,
            "TopicArn": subscription.topic_arn,
        }


def _page(member: str, items: list[dict[str, str]], params: Params) -> Response:
    if not (params.get("NextToken") or "0").isdecimal():
        raise invalid("NextToken")
    return page(member, items, params)
