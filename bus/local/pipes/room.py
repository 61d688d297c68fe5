"""The Pipes room (EventBridge Pipes API reference).

`LogConfiguration` is checked, kept and answered, and writes no log: the ledger has every step of every event.
Neither are the role and the key of a pipe used: the plane checks no permissions and encrypts nothing.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from bus.local.operations import Params, Response, only, operation
from bus.local.pages import page
from bus.local.pipes.pipe import Pipe
from bus.local.pipes.pipes import Pipes
from bus.local.pipes.resources import PipeResources
from bus.local.pipes.tags import PipeTags
from bus.local.plane import Plane
from bus.local.whereabouts import Whereabouts

_GIVEN = frozenset(
    {
        "Name",
        "Description",
        "DesiredState",
        "Source",
        "SourceParameters",
        "Enrichment",
        "EnrichmentParameters",
        "Target",
        "TargetParameters",
        "RoleArn",
        "Tags",
        "LogConfiguration",
        "KmsKeyIdentifier",
    }
)
_CHANGED = _GIVEN - {"Source", "Tags"}
_LISTED = frozenset(
    {"NamePrefix", "SourcePrefix", "TargetPrefix", "DesiredState", "CurrentState", "Limit", "NextToken"}
)


class PipesRoom(PipeResources, PipeTags):
    """Amazon EventBridge Pipes."""

    service: ClassVar[str] = "pipes"

    def __init__(self, plane: Plane) -> None:
        self.pipes = Pipes(plane)

    @operation("CreatePipe")
    def create_pipe(self, params: Params) -> Response:
        """The pipe is CREATING at first; what cannot be found then makes it CREATE_FAILED."""
        only("pipes:CreatePipe", params, _GIVEN)
        return self.pipes.create(params, at_once=False).described()

    @operation("UpdatePipe")
    def update_pipe(self, params: Params) -> Response:
        """What is not named stays as it is, but within the parameters of one service."""
        only("pipes:UpdatePipe", params, _CHANGED)
        pipe = self.pipes.get(params["Name"])
        pipe.update(self.pipes.changed(pipe, params))
        return pipe.described()

    @operation("DescribePipe")
    def describe_pipe(self, params: Params) -> Response:
        only("pipes:DescribePipe", params, ("Name",))
        pipe = self.pipes.get(params["Name"])
        tags = {"Tags": dict(pipe.tags)} if pipe.tags else {}
        return {**_summary(pipe), **pipe.definition.described(), **tags}

    @operation("DeletePipe")
    def delete_pipe(self, params: Params) -> Response:
        """It reads no more; DescribePipe knows it until it is deleted."""
        only("pipes:DeletePipe", params, ("Name",))
        pipe = self.pipes.get(params["Name"])
        pipe.delete(lambda: self.pipes.forget(pipe))
        return pipe.described()

    @operation("StartPipe")
    def start_pipe(self, params: Params) -> Response:
        """It goes on where it stopped."""
        only("pipes:StartPipe", params, ("Name",))
        pipe = self.pipes.get(params["Name"])
        pipe.start()
        return pipe.described()

    @operation("StopPipe")
    def stop_pipe(self, params: Params) -> Response:
        """What is in flight still settles."""
        only("pipes:StopPipe", params, ("Name",))
        pipe = self.pipes.get(params["Name"])
        pipe.stop()
        return pipe.described()

    @operation("ListPipes")
    def list_pipes(self, params: Params) -> Response:
        only("pipes:ListPipes", params, _LISTED)
        found = [summary for summary in map(_summary, self.pipes) if _wanted(summary, params)]
        return page("Pipes", found, params)

    def whereabouts(self, event_id: str) -> Iterator[Whereabouts]:
        """What the pipes hold of an event: gathered for a batch, in flight, or waiting to be retried."""
        for pipe in self.pipes:
            for held in pipe.held(event_id):
                yield Whereabouts("pipes", pipe.arn, held.state, held.until, held.place)


def _summary(pipe: Pipe) -> dict[str, Any]:
    named = {"Source": pipe.definition.source, "Target": pipe.definition.target}
    if pipe.definition.enrichment:
        named["Enrichment"] = pipe.definition.enrichment
    if pipe.reason:
        named["StateReason"] = pipe.reason
    return {**pipe.described(), **named}


def _wanted(summary: dict[str, Any], params: Params) -> bool:
    return all(
        summary[key].startswith(params.get(f"{key}Prefix") or "") for key in ("Name", "Source", "Target")
    ) and all(params.get(key) in {None, summary[key]} for key in ("DesiredState", "CurrentState"))
