"""What the plane cannot do, said with the place and the way out."""

from datetime import timedelta


class PlaneError(Exception):
    """The root of what `bus.local` raises. A snapshot may hold one, whatever its constructor asks for."""

    def __reduce__(self) -> tuple[object, ...]:
        return _revived, (type(self), self.args, dict(self.__dict__))


class NeverIdleError(PlaneError):
    """Work keeps coming: a loop between rules and handlers, or a source retried without bound.

    `span` is the virtual time that was run, or the number of tasks that were run with no time passing.
    """

    def __init__(self, span: timedelta | int, waiting: int) -> None:
        self.span, self.waiting = span, waiting
        run = f"{span:,} tasks at one instant" if isinstance(span, int) else f"{span.days} days of virtual time"
        super().__init__(
            f"{waiting} tasks are still due after {run}; look in the ledger for a rule, a queue or a topic that brings "
            "a function what the function itself sends"
        )


class OperationError(PlaneError):
    """What an operation answers instead of a response: `code`, `message` and the HTTP `status`.

    Over botocore it arrives as a ClientError with the same code. `members` are the further
    members of the error's shape, such as `CancellationReasons`.
    """

    def __init__(self, code: str, message: str, *, status: int = 400, **members: object) -> None:
        self.code, self.message, self.status, self.members = code, message, status, members
        super().__init__(f"{code}: {message}")


class AwsError(OperationError):
    """The error that AWS answers with, in its own words: a room that gets it does what AWS does then."""


class UnsupportedOperationError(OperationError):
    """AWS does this, and the plane does not: an operation, a parameter, a kind of target.

    No AwsError, so that no room takes the plane's own gap for a target's failure, to be retried and buried.
    """

    def __init__(self, what: str) -> None:
        """`what` completes "does not do …"."""
        self.what = what
        super().__init__("UnsupportedOperation", f"the local event plane does not do {what} yet", status=501)


class UnsupportedResourceError(PlaneError):
    """A template asks for a resource type or property that the plane does not do."""

    def __init__(self, template: str, line: int, resource: str, what: str) -> None:
        self.template, self.line, self.resource, self.what = template, line, resource, what
        super().__init__(f"{template}:{line}: {resource}: the local event plane does not support {what}")


def _revived(kind: type[PlaneError], args: tuple[object, ...], members: dict[str, object]) -> PlaneError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(members)
    return error
