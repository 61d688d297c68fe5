"""The operations on subscriptions."""

import json

from bus.local.operations import Params, Response, operation
from bus.local.sns.confirmations import Confirmations
from bus.local.sns.delivery import Deliveries
from bus.local.sns.delivery_policy import effective
from bus.local.sns.subscription import Subscription
from bus.local.sns.topic_operations import listed
from bus.local.sns.topics import Topics


class SubscriptionOperations:
    """Subscribing, confirming, describing and unsubscribing."""

    topics: Topics
    account: str
    _confirmations: Confirmations
    _deliveries: Deliveries

    @operation("Subscribe")
    def subscribe(self, params: Params) -> Response:
        topic = self.topics[params["TopicArn"]]
        attributes = params.get("Attributes") or {}
        subscription = self.make_subscription(topic.arn, params["Protocol"], params.get("Endpoint") or "", attributes)
        if subscription.pending and not params.get("ReturnSubscriptionArn"):
            return {"SubscriptionArn": "pending confirmation"}
        return {"SubscriptionArn": subscription.arn}

    @operation("ConfirmSubscription")
    def confirm_subscription(self, params: Params) -> Response:
        subscription = self._confirmations.redeem(params["TopicArn"], params["Token"], authenticated=True)
        subscription.protected = params.get("AuthenticateOnUnsubscribe") == "true"
        return {"SubscriptionArn": subscription.arn}

    @operation("Unsubscribe")
    def unsubscribe(self, params: Params) -> Response:
        """An HTTP endpoint hears of it ("HTTP/HTTPS unsubscribe confirmation JSON format")."""
        subscription = self.topics.to_unsubscribe(params["SubscriptionArn"])
        if subscription is not None:
            self.topics.unsubscribe(subscription)
            if subscription.protocol in ("http", "https") and not subscription.pending:
                self._confirmations.say_farewell(subscription)
        return {}

    @operation("ListSubscriptions")
    def list_subscriptions(self, params: Params) -> Response:
        every = [self._listed(one) for topic in self.topics for one in topic.subscriptions.values()]
        return listed("Subscriptions", every, params)

    @operation("ListSubscriptionsByTopic")
    def list_subscriptions_by_topic(self, params: Params) -> Response:
        subscriptions = self.topics[params["TopicArn"]].subscriptions.values()
        return listed("Subscriptions", [self._listed(one) for one in subscriptions], params)

    @operation("GetSubscriptionAttributes")
    def get_subscription_attributes(self, params: Params) -> Response:
        subscription = self.topics.subscription(params["SubscriptionArn"])
        scope = {"FilterPolicyScope": "MessageAttributes"} if "FilterPolicy" in subscription.attributes else {}
        status = "In progress" if subscription.replays else "Completed"
        replay = {} if subscription.settings.replay is None else {"ReplayStatus": status}
        return {
            "Attributes": {
                **self._listed(subscription),
                "SubscriptionArn": subscription.arn,
                "SubscriptionPrincipal": f"arn:aws:iam::{self.account}:root",
                "ConfirmationWasAuthenticated": json.dumps(subscription.authenticated),
                "PendingConfirmation": json.dumps(subscription.pending),
                "RawMessageDelivery": "false",
                **scope,
                **replay,
                **subscription.attributes,
                **self._policies(subscription),
            }
        }

    @operation("SetSubscriptionAttributes")
    def set_subscription_attributes(self, params: Params) -> Response:
        subscription = self.topics.subscription(params["SubscriptionArn"])
        self.configure_subscription(subscription, {params["AttributeName"]: params.get("AttributeValue") or ""})
        return {}

    def make_subscription(
        self, topic_arn: str, protocol: str, endpoint: str, attributes: dict[str, str]
    ) -> Subscription:
        """Subscribe, and ask the endpoint's owner to confirm where that is needed; each call asks anew."""
        topic = self.topics[topic_arn]
        before = len(topic.subscriptions)
        subscription = self.topics.subscribe(topic, protocol, endpoint, attributes)
        if subscription.pending:
            self._confirmations.ask(subscription)
        if len(topic.subscriptions) > before:
            self._replay(subscription)
        return subscription

    def configure_subscription(self, subscription: Subscription, attributes: dict[str, str]) -> None:
        """Set attributes; a new ReplayPolicy begins a replay. Raises AwsError."""
        before = subscription.settings.replay
        self.topics.configure(subscription, attributes)
        if subscription.settings.replay != before:
            self._replay(subscription)

    def _replay(self, subscription: Subscription) -> None:
        replay = subscription.settings.replay
        if replay is not None:
            self._deliveries.replay(self.topics[subscription.topic_arn], subscription, replay)

    def _policies(self, subscription: Subscription) -> dict[str, str]:
        if subscription.protocol not in ("http", "https"):
            return {}
        own = subscription.settings.delivery_policy
        topic = self.topics[subscription.topic_arn].delivery_policy
        given = {} if own is None else {"DeliveryPolicy": json.dumps(own)}
        return {**given, "EffectiveDeliveryPolicy": json.dumps(effective(topic, own))}

    def _listed(self, subscription: Subscription) -> dict[str, str]:
        return {
            "SubscriptionArn": "PendingConfirmation" if subscription.pending else subscription.arn,
            "Owner": self.account,
            "Protocol": subscription.protocol,
            "Endpoint": subscription.endpoint,
            "TopicArn": subscription.topic_arn,
        }
