"""The links in what SNS sends: whoever follows one confirms a subscription, or ends it.

Developer guide, "Make sure your endpoint is ready to process Amazon SNS messages": a GET of SubscribeURL is answered
with the XML of ConfirmSubscription. Requests by link carry no signature.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

from bus.local.errors import AwsError
from bus.local.outside import Answer, Request
from bus.local.plane import Plane
from bus.local.sns.confirmations import Confirmations
from bus.local.sns.endpoints import CONFIRMED
from bus.local.sns.topics import Topics

HOST = "sns.us-east-1.amazonaws.com"
_NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/"
_PAGES = {"/confirmation.html": "ConfirmSubscription", "/unsubscribe.html": "Unsubscribe"}


class Links:
    """Answers requests to SNS's own host."""

    def __init__(self, plane: Plane, topics: Topics, confirmations: Confirmations) -> None:
        self._plane, self._topics, self._confirmations = plane, topics, confirmations

    def follow(self, request: Request) -> Answer:
        """Do what the link says."""
        parts = urlsplit(request.url)
        given = dict(parse_qsl(parts.query))
        action = given.get("Action") or _PAGES.get(parts.path, "")
        try:
            result = self._do(action, given)
        except AwsError as error:
            said = f"<Type>Sender</Type><Code>{error.code}</Code><Message>{escape(error.message)}</Message>"
            return self._answer(error.status, "ErrorResponse", f"<Error>{said}</Error>")
        metadata = f"<ResponseMetadata><RequestId>{self._plane.chance.uuid()}</RequestId></ResponseMetadata>"
        return self._answer(200, f"{action}Response", result + metadata)

    def _do(self, action: str, given: Mapping[str, str]) -> str:
        if action == "ConfirmSubscription":
            topic_arn, token = given.get("TopicArn", ""), given.get("Token", "")
            subscription = self._confirmations.redeem(topic_arn, token, authenticated=False)
            return f"<{action}Result><SubscriptionArn>{subscription.arn}</SubscriptionArn></{action}Result>"
        if action == "Unsubscribe":
            self._unsubscribe(given.get("SubscriptionArn", ""))
            return ""
        raise AwsError("InvalidAction", f"The action {action} is not valid for this web service.")

    def _unsubscribe(self, arn: str) -> None:
        subscription = self._topics.to_unsubscribe(arn)
        if subscription is None:
            return
        if subscription.protected:
            raise AwsError("AuthorizationError", "Anonymous users cannot unsubscribe this subscription.", status=403)
        self._topics.unsubscribe(subscription)
        if subscription.protocol in CONFIRMED:
            self._confirmations.say_farewell(subscription)

    @staticmethod
    def _answer(status: int, element: str, content: str) -> Answer:
        body = f'<{element} xmlns="{_NAMESPACE}">{content}</{element}>'
        return Answer(status, body.encode(), {"content-type": "text/xml"})
