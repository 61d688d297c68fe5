"""Figures of CloudWatch, many in one call."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bus.operating.account import Account

_MOST = 500  # queries of one call (CloudWatch API reference, GetMetricData)
_MINUTE = 60


@dataclass(frozen=True)
class Metric:
    """One figure: `statistic` is CloudWatch's ("Sum", "Maximum", "p99"); `dimensions` are name and value."""

    namespace: str
    name: str
    statistic: str
    dimensions: tuple[tuple[str, str], ...]


def metric(namespace: str, name: str, statistic: str, **dimensions: str) -> Metric:
    """`metric("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", QueueName="letters")`."""
    return Metric(namespace, name, statistic, tuple(dimensions.items()))


def read(account: Account, metrics: Iterable[Metric], seconds: int) -> dict[Metric, float]:
    """What each was over the last `seconds`, a multiple of 60; those without a figure are left out.

    Sums are added up and others are the greatest, where CloudWatch cuts the span in two.
    """
    wanted = list(dict.fromkeys(metrics))
    parts = [wanted[at : at + _MOST] for at in range(0, len(wanted), _MOST)]
    end = (int(account.clock.now()) // _MINUTE + 1) * _MINUTE
    found: dict[Metric, float] = {}
    for part in account.each(lambda some: _asked(account, some, end - seconds, end), parts):
        found |= part
    return found


def _asked(account: Account, metrics: Sequence[Metric], begin: int, end: int) -> dict[Metric, float]:
    asked = {f"m{number}": each for number, each in enumerate(metrics)}
    results = account.pages(
        "cloudwatch",
        "get_metric_data",
        "MetricDataResults",
        MetricDataQueries=[_query(id_, each, end - begin) for id_, each in asked.items()],
        StartTime=datetime.fromtimestamp(begin, UTC),
        EndTime=datetime.fromtimestamp(end, UTC),
    )
    values: dict[Metric, list[float]] = {}
    for result in results:
        values.setdefault(asked[result["Id"]], []).extend(result["Values"])
    return {each: sum(some) if each.statistic == "Sum" else max(some) for each, some in values.items() if some}


def _query(id_: str, wanted: Metric, period: int) -> Mapping[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in wanted.dimensions]
    measured = {"Namespace": wanted.namespace, "MetricName": wanted.name, "Dimensions": dimensions}
    return {"Id": id_, "MetricStat": {"Metric": measured, "Period": period, "Stat": wanted.statistic}}
