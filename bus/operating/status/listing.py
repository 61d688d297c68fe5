"""What there is, as each service lists it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from bus.operating.account import Account
from bus.operating.dead_letters.finding import described_schedules
from bus.operating.dead_letters.sources import Survey, survey
from bus.operating.errors import OperatingError, in_one_sentence
from bus.operating.queues import Queue, all_queues
from bus.operating.status.scope import Scope


class NobodyAnswersError(OperatingError):
    """What every service was asked for failed; the message says why the first did."""


@dataclass
class Listed:
    """Of the scope; a service that cannot be asked is named in `unasked`, and lists nothing."""

    queues: list[Queue] = field(default_factory=list)
    survey: Survey = field(default_factory=lambda: Survey(()))
    streams: list[Any] = field(default_factory=list)
    functions: list[Any] = field(default_factory=list)
    mappings: list[Any] = field(default_factory=list)
    rules: list[Any] = field(default_factory=list)
    pipes: list[Any] = field(default_factory=list)
    schedules: list[Any] = field(default_factory=list)
    alarms: list[Any] = field(default_factory=list)
    unasked: dict[str, str] = field(default_factory=dict)


def list_everything(account: Account, scope: Scope) -> Listed:
    """Several services at a time. Raises NobodyAnswersError when not one of them can be asked."""
    found = Listed()

    def fill(name: str) -> None:
        try:
            setattr(found, name, _LISTS[name](account, scope))
        except (ClientError, BotoCoreError) as error:
            found.unasked[name] = in_one_sentence(error)

    account.each(fill, _LISTS)
    if len(found.unasked) == len(_LISTS):
        raise NobodyAnswersError(next(iter(found.unasked.values())))
    queues = {queue.arn: queue.attributes for queue in found.queues}
    found.survey = survey(account, queues)
    found.unasked |= dict(found.survey.unasked)
    found.queues = [queue for queue in found.queues if scope.holds("AWS::SQS::Queue", queue.name)]
    return found


def _queues(account: Account, _: Scope) -> list[Queue]:
    return all_queues(account)


def _streams(account: Account, scope: Scope) -> list[Any]:
    listed = account.pages("kinesis", "list_streams", "StreamNames")
    own = [name for name in listed if scope.holds("AWS::Kinesis::Stream", name)]
    kinesis = account.client("kinesis")
    described = account.each(lambda name: kinesis.describe_stream_summary(StreamName=name), own)
    return [each["StreamDescriptionSummary"] for each in described]


def _functions(account: Account, scope: Scope) -> list[Any]:
    listed = account.pages("lambda", "list_functions", "Functions")
    return [each for each in listed if scope.holds("AWS::Lambda::Function", each["FunctionName"])]


def _mappings(account: Account, scope: Scope) -> list[Any]:
    listed = account.pages("lambda", "list_event_source_mappings", "EventSourceMappings")
    return [each for each in listed if scope.holds("AWS::Lambda::EventSourceMapping", each["UUID"])]


def _rules(account: Account, scope: Scope) -> list[Any]:
    """But those that EventBridge manages itself."""
    buses = [each["Name"] for each in account.pages("events", "list_event_buses", "EventBuses")]
    listed = account.each(lambda bus: account.pages("events", "list_rules", "Rules", EventBusName=bus), buses)
    rules = [rule for of_bus in listed for rule in of_bus if not rule.get("ManagedBy")]
    return [rule for rule in rules if scope.holds("AWS::Events::Rule", rule["Name"])]


def _pipes(account: Account, scope: Scope) -> list[Any]:
    listed = account.pages("pipes", "list_pipes", "Pipes")  # with the source of each
    return [each for each in listed if scope.holds("AWS::Pipes::Pipe", each["Name"])]


def _schedules(account: Account, scope: Scope) -> list[Any]:
    return [each for each in described_schedules(account) if scope.holds("AWS::Scheduler::Schedule", each["Name"])]


def _alarms(account: Account, scope: Scope) -> list[Any]:
    """Those that are in ALARM."""
    listed = account.pages("cloudwatch", "describe_alarms", "MetricAlarms", StateValue="ALARM")
    return [each for each in listed if scope.holds("AWS::CloudWatch::Alarm", each["AlarmName"])]


_LISTS: Mapping[str, Callable[[Account, Scope], Any]] = {
    "queues": _queues,
    "streams": _streams,
    "functions": _functions,
    "mappings": _mappings,
    "rules": _rules,
    "pipes": _pipes,
    "schedules": _schedules,
    "alarms": _alarms,
}
