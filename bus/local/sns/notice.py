"""What SNS itself sends to an endpoint: that it may confirm a subscription, and that one has ended."""

import json
from dataclasses import dataclass

from bus.local.sns.signing import signature
from bus.local.times import iso

CONFIRMATION, CANCELLATION = "SubscriptionConfirmation", "UnsubscribeConfirmation"
_HOST = "https://sns.us-east-1.amazonaws.com/"


@dataclass(frozen=True, eq=False)
class Notice:
    """One such message; `kind` is its type in AWS's words, `token` is good for ConfirmSubscription.

    Developer guide, "Parsing message formats": "HTTP/HTTPS subscription confirmation JSON format" and "HTTP/HTTPS
    unsubscribe confirmation JSON format".
    """

    id: str
    kind: str
    topic_arn: str
    subscription_arn: str
    endpoint: str
    token: str
    at: float
    signature_version: str = "1"

    def document(self) -> str:
        """As HTTP(S) and email-json endpoints get it."""
        return json.dumps(
            {
                "Type": self.kind,
                "MessageId": self.id,
                "Token": self.token,
                "TopicArn": self.topic_arn,
                "Message": self._sentence,
                "SubscribeURL": f"{_HOST}?Action=ConfirmSubscription&TopicArn={self.topic_arn}&Token={self.token}",
                "Timestamp": iso(self.at),
                **signature(self.signature_version, "SigningCertURL"),
            }
        )

    def mail(self) -> tuple[str, str]:
        """Subject and text, as an e-mail address gets it; what they say is SNS's, the words are not."""
        link = f"{_HOST}confirmation.html?TopicArn={self.topic_arn}&Token={self.token}&Endpoint={self.endpoint}"
        if self.kind == CONFIRMATION:
            return "AWS Notification - Subscription Confirmation", (
                f"You have chosen to subscribe to the topic:\n{self.topic_arn}\n\n"
                f"To confirm this subscription, visit the link below (if this was in error no action is "
                f"necessary):\n{link}\n"
            )
        return "AWS Notification - Unsubscribe Confirmation", (
            f"Your subscription to the topic below has been deleted:\n{self.topic_arn}\n\n"
            f"If this was in error, visit the link below to subscribe again:\n{link}\n"
        )

    @property
    def _sentence(self) -> str:
        if self.kind == CONFIRMATION:
            return (
                f"You have chosen to subscribe to the topic {self.topic_arn}.\n"
                "To confirm the subscription, visit the SubscribeURL included in this message."
            )
        return (
            f"You have chosen to deactivate subscription {self.subscription_arn}.\n"
            "To cancel this operation and restore the subscription, visit the SubscribeURL included in this message."
        )
