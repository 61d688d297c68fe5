"""What notifications say, from the Jinja2 templates beside this package."""

from decimal import Decimal
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from schemas.types import Money
from services.notifications.domain import Channel, Message, Notification

# ISO 4217: how many digits the minor unit has, where it is not two.
_MINOR_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND"), 0),
    **dict.fromkeys(("VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
_TEMPLATES = Path(__file__).parent.parent / "templates"


class JinjaTexts:
    """Renders `templates/<channel>/<detail-type>.txt.j2`.

    A mail's template begins with its subject line and an empty line. A webhook says what the
    event says: its body is JSON and needs no template.
    """

    def __init__(self) -> None:
        # Plain text: nothing to escape, and a customer's "&" stays one.
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701 - these are text messages, not HTML
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["money"] = _money

    def write(self, notification: Notification) -> Message:
        if notification.channel is Channel.WEBHOOK:
            return Message("", notification.news.model_dump_json())
        text = self._environment.get_template(f"{notification.template}.txt.j2").render(order=notification.news)
        if notification.channel is Channel.SMS:
            return Message("", text)
        subject, _, body = text.partition("\n\n")
        return Message(subject, body)


def _money(money: Money) -> str:
    digits = _MINOR_DIGITS.get(money.currency, 2)
    return f"{Decimal(money.amount).scaleb(-digits):.{digits}f} {money.currency}"
