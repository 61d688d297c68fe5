"""What every generated model derives from."""

import re
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

_NAME = re.compile(r"(?P<event>[A-Z]\w*)V(?P<major>[1-9]\d*)")


class Record(BaseModel):
    """A value of a contract: frozen and closed, as strict as a producer must be.

    Validators are built at first use, not at import: a function that reads two events pays for two.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Event(Record):
    """The data of one kind of event: `OrderPlacedV1` in `schemas.orders` is `OrderPlaced.v1` of `omnibus.orders`.

    `contract` is the path of its JSON file inside the package `schemas`.
    """

    source: ClassVar[str]
    detail_type: ClassVar[str]
    contract: ClassVar[str]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        named = _NAME.fullmatch(cls.__name__)
        if named is None:
            raise TypeError(f"an event's model is named <Event>V<major>, not {cls.__name__}")
        owner = cls.__module__.split(".")[1]
        cls.source = f"omnibus.{owner}"
        cls.detail_type = f"{named['event']}.v{named['major']}"
        cls.contract = f"{owner}/{cls.detail_type}.json"
