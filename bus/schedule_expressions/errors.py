"""What is wrong with an expression; a room answers it in its own service's words."""


class ScheduleError(Exception):
    """The root of what `bus.schedule_expressions` raises."""


class InvalidScheduleError(ScheduleError):
    """An expression that is no schedule; `reason` is for people."""

    def __init__(self, expression: str, reason: str) -> None:
        self.expression, self.reason = expression, reason
        super().__init__(f"{expression!r} is no schedule expression: {reason}")


class UnknownTimezoneError(ScheduleError):
    """A time zone that the IANA time zone database does not name."""

    def __init__(self, timezone: str) -> None:
        self.timezone = timezone
        super().__init__(f"{timezone!r} is no time zone of the IANA database")
