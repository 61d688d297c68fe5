"""What put messages into a dead-letter queue, in a line: a function and why it failed, or what AWS gave up on."""

from collections.abc import Callable, Container, Iterable

from bus.cli.demo.failures import failures_in
from bus.local.arns import service_of
from bus.local.ledger import Hop
from bus.local.platform import LocalPlatform

_SAID = 3  # of a function's different failures, the most frequent


def blame(platform: LocalPlatform, stack: str, queue_arn: str) -> str:
    """What failed before messages came to the queue of this ARN, in `stack`."""
    failed = _failed_functions(platform, stack, queue_arn)
    if failed:
        return "; ".join(_why(platform, *function) for function in failed)
    return _given_up(list(platform.ledger), queue_arn) or "the ledger does not say what failed"


def _failed_functions(platform: LocalPlatform, stack: str, queue_arn: str) -> list[tuple[str, str]]:
    """Those that read the queues which gave the messages up; if none did, those of the stack that read no queue.

    Each by its stack and logical id.
    """
    sources = {hop.resource for hop in platform.ledger.find("sqs", "redrive") if hop.note == queue_arn}
    failed = {hop.resource for hop in platform.ledger.find("lambda", "Invoke", "failed")}
    if sources:
        return _functions(platform, platform.stacks, failed & _readers(platform, sources.__contains__))
    return _functions(platform, [stack], failed - _readers(platform, lambda arn: service_of(arn) == "sqs"))


def _readers(platform: LocalPlatform, wanted: Callable[[str], bool]) -> set[str]:
    """The ARNs of the functions that read a source whose ARN is wanted."""
    mappings = platform.plane.rooms["lambda"].mappings.values()
    return {mapping.function_arn for mapping in mappings if wanted(mapping.source_arn)}


def _functions(platform: LocalPlatform, stacks: Iterable[str], arns: Container[str]) -> list[tuple[str, str]]:
    return [
        (stack, resource.logical_id)
        for stack in stacks
        for resource in platform.stacks[stack].resources.values()
        if resource.type == "AWS::Lambda::Function" and resource.attributes["Arn"] in arns
    ]


def _why(platform: LocalPlatform, stack: str, function: str) -> str:
    log = platform.logs(function, stack)
    failures = ", ".join(failure for failure, _ in failures_in(log).most_common(_SAID))
    last = f"; its log ends with: {log[-1]}" if log else ", and logged nothing"
    return f"{stack} {function} failed{f' with {failures}' if failures else last}"


def _given_up(hops: list[Hop], queue_arn: str) -> str:
    """A rule or a subscription writes what it gave up just after or before it sends that to its queue."""
    for sent in reversed(hops):
        if (sent.service, sent.action, sent.resource) == ("sqs", "SendMessage", queue_arn):
            for hop in hops[max(0, sent.number - 1) : sent.number + 2]:
                if hop.outcome == "dead-letter":
                    return f"{hop.service} gave up on {hop.resource}: {hop.note}"
    return ""
