"""Takes stock: what there is, and CloudWatch's figures for it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from bus.operating.account import Account
from bus.operating.errors import in_one_sentence
from bus.operating.metrics import Metric, metric, read
from bus.operating.names import service_of, short
from bus.operating.status.due import next_of
from bus.operating.status.listing import Listed, list_everything
from bus.operating.status.rows import (
    AlarmRow,
    FunctionRow,
    PipeRow,
    QueueRow,
    ReaderRow,
    RuleRow,
    ScheduleRow,
    Status,
    StreamRow,
)
from bus.operating.status.scope import Scope

_LATELY = 300  # seconds: what is measured each minute is shown as it was at worst since then
_MILLISECONDS = 1000


def take_stock(account: Account, scope: Scope, window: int) -> Status:
    """Everything of the scope; figures that add up are those of the last `window` seconds, a multiple of 60."""
    listed = list_everything(account, scope)
    figures, unasked = _figures(account, listed, window)
    now = account.clock.now()
    return Status(
        at=datetime.fromtimestamp(now, UTC),
        window=window,
        stacks=scope.stacks,
        queues=_queues(listed, figures),
        streams=[
            StreamRow(each["StreamName"], each["StreamStatus"], _seconds(figures, _stream_lag(each["StreamName"])))
            for each in listed.streams
        ],
        readers=[_reader(each, figures) for each in listed.mappings],
        functions=[_function(each["FunctionName"], figures) for each in listed.functions],
        rules=[_rule(each, figures) for each in listed.rules],
        pipes=[_pipe(each, figures) for each in listed.pipes],
        schedules=[
            ScheduleRow(each["Name"], each["State"], each["ScheduleExpression"], next_of(each, now))
            for each in listed.schedules
        ],
        alarms=[
            AlarmRow(each["AlarmName"], each["StateUpdatedTimestamp"], each.get("StateReason", ""))
            for each in listed.alarms
        ],
        unasked={**listed.unasked, **unasked},
    )


def oldest(queue: str) -> Metric:
    """The age of a queue's oldest message, in seconds."""
    return metric("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", QueueName=queue)


def _figures(account: Account, listed: Listed, window: int) -> tuple[Mapping[Metric, float], dict[str, str]]:
    lately = [oldest(queue.name) for queue in listed.queues]
    lately += [_stream_lag(each["StreamName"]) for each in listed.streams]
    lately += [_reader_lag(each) for each in listed.mappings if _is_stream(each["EventSourceArn"])]
    lately += [lag for each in listed.pipes for lag in _pipe_lags(each)]
    over_window = [each for one in listed.functions for each in _of_function(one["FunctionName"]).values()]
    over_window += [each for rule in listed.rules for each in _of_rule(rule).values()]
    over_window += [each for pipe in listed.pipes for each in _of_pipe(pipe["Name"])]
    try:
        both = account.each(lambda asked: read(account, *asked), [(lately, _LATELY), (over_window, window)])
    except (ClientError, BotoCoreError) as error:
        return {}, {"figures": in_one_sentence(error)}
    return both[0] | both[1], {}


def _of_function(name: str) -> dict[str, Metric]:
    """By what they are: metrics of a function (Lambda developer guide, "Types of metrics")."""
    counted = {each: metric("AWS/Lambda", each, "Sum", FunctionName=name) for each in _COUNTED}
    return counted | {each: metric("AWS/Lambda", "Duration", each, FunctionName=name) for each in ("p50", "p99")}


_COUNTED = ("Invocations", "Errors", "Throttles")


def _of_rule(rule: Mapping[str, Any]) -> dict[str, Metric]:
    """EventBridge user guide, "Monitoring Amazon EventBridge": rules of the default bus have no bus as a dimension."""
    bus = rule.get("EventBusName", "default")
    dimensions = {"RuleName": rule["Name"]} | ({} if bus == "default" else {"EventBusName": bus})
    return {name: metric("AWS/Events", name, "Sum", **dimensions) for name in ("Invocations", "FailedInvocations")}


def _stream_lag(stream: str) -> Metric:
    return metric("AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", "Maximum", StreamName=stream)


def _reader_lag(mapping: Mapping[str, Any]) -> Metric:
    return metric("AWS/Lambda", "IteratorAge", "Maximum", FunctionName=short(mapping["FunctionArn"]).partition(":")[0])


def _of_pipe(name: str) -> tuple[Metric, ...]:
    """Executions, and those that failed, wholly or in part (EventBridge user guide, "Logging and monitoring Amazon
    EventBridge Pipes").
    """
    names = ("Invocations", "ExecutionFailed", "ExecutionPartiallyFailed")
    return tuple(metric("AWS/EventBridge/Pipes", each, "Sum", PipeName=name) for each in names)


def _pipe_lags(pipe: Mapping[str, Any]) -> list[Metric]:
    """What may tell how far a pipe is behind, the best first: its own figure, which AWS has not, or its stream's."""
    if not _is_stream(pipe["Source"]):
        return []
    own = metric("Omnibus/Pipes", "IteratorAge", "Maximum", PipeName=pipe["Name"])
    return [own, _stream_lag(short(pipe["Source"]))] if service_of(pipe["Source"]) == "kinesis" else [own]


def _is_stream(arn: str) -> bool:
    return service_of(arn) in ("kinesis", "dynamodb")


def _seconds(figures: Mapping[Metric, float], wanted: Metric) -> float | None:
    found = figures.get(wanted)
    return None if found is None else found / _MILLISECONDS


def _queues(listed: Listed, figures: Mapping[Metric, float]) -> list[QueueRow]:
    dead = set(listed.survey.queues())
    rows = []
    for queue in listed.queues:
        # The figure outlives what it is of: an empty queue has no oldest message.
        age = figures.get(oldest(queue.name)) if queue.size else None
        rows.append(QueueRow(queue.name, queue.visible, queue.in_flight, queue.delayed, age, queue.arn in dead))
    return rows


def _reader(mapping: Mapping[str, Any], figures: Mapping[Metric, float]) -> ReaderRow:
    return ReaderRow(
        short(mapping["FunctionArn"]),
        short(mapping["EventSourceArn"]),
        mapping["State"],
        mapping.get("LastProcessingResult", ""),
        _seconds(figures, _reader_lag(mapping)) if _is_stream(mapping["EventSourceArn"]) else None,
    )


def _function(name: str, figures: Mapping[Metric, float]) -> FunctionRow:
    of = _of_function(name)
    invocations, errors, throttles = (int(figures.get(of[each], 0)) for each in _COUNTED)
    p50, p99 = (_seconds(figures, of[each]) for each in ("p50", "p99"))
    return FunctionRow(name, invocations, errors, throttles, p50, p99)


def _rule(rule: Mapping[str, Any], figures: Mapping[Metric, float]) -> RuleRow:
    invocations, failed = (int(figures.get(each, 0)) for each in _of_rule(rule).values())
    bus, schedule = rule.get("EventBusName", "default"), rule.get("ScheduleExpression", "")
    return RuleRow(rule["Name"], bus, rule["State"], invocations, failed, schedule)


def _pipe(pipe: Mapping[str, Any], figures: Mapping[Metric, float]) -> PipeRow:
    executions, *failed = (int(figures.get(each, 0)) for each in _of_pipe(pipe["Name"]))
    lags = (_seconds(figures, each) for each in _pipe_lags(pipe))
    lag = next((each for each in lags if each is not None), None)
    source, reason = short(pipe["Source"]), pipe.get("StateReason", "")
    return PipeRow(pipe["Name"], source, pipe["CurrentState"], executions, sum(failed), lag, reason)
