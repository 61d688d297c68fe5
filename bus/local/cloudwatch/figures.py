"""Series of the plane's own figures, in CloudWatch's shapes (API reference, GetMetricData and GetMetricStatistics)."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bus.local.cloudwatch.gauges import Gauges
from bus.local.errors import AwsError
from bus.local.meters import MINUTE, Figures, Key
from bus.local.operations import Params, Response
from bus.local.plane import Plane
from bus.local.times import moment

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d+)?|100)")
_STATISTICS: Mapping[str, Callable[[Figures], float]] = {
    "SampleCount": lambda figures: float(figures.count),
    "Sum": lambda figures: figures.total,
    "Average": lambda figures: figures.total / figures.count,
    "Minimum": lambda figures: figures.least,
    "Maximum": lambda figures: figures.most,
}
_UNITS = {
    "ApproximateAgeOfOldestMessage": "Seconds",
    "Duration": "Milliseconds",
    "GetRecords.IteratorAgeMilliseconds": "Milliseconds",
    "IteratorAge": "Milliseconds",
}
_OWN = ("AWS/", "Omnibus/Pipes")  # the second is what the plane tells and AWS does not


def is_own(namespace: str) -> bool:
    """Whether the figures of a namespace are the plane's, and nobody else's."""
    return namespace.startswith(_OWN)


class Own:
    """What is counted in `plane.meters`, and what the gauges read; a gauge has its one figure of the present minute."""

    def __init__(self, plane: Plane) -> None:
        self._plane, self._gauges = plane, Gauges(plane)

    def answers(self, query: Mapping[str, Any]) -> bool:
        """Whether a query of GetMetricData is of the plane's own namespaces."""
        return "MetricStat" in query and is_own(query["MetricStat"]["Metric"].get("Namespace", ""))

    def data(self, query: Mapping[str, Any], params: Params) -> Response:
        """The result of a query."""
        wanted = query["MetricStat"]
        key, statistic = _key(wanted["Metric"]), _statistic(wanted["Stat"])
        points = [(at, statistic(figures)) for at, figures in self._series(key, params, int(wanted["Period"]))]
        if params.get("ScanBy", "TimestampDescending") == "TimestampDescending":
            points.reverse()
        return {
            "Id": query["Id"],
            "Label": query.get("Label", key[1]),
            "Timestamps": [at for at, _ in points],
            "Values": [value for _, value in points],
            "StatusCode": "Complete",
        }

    def statistics(self, params: Params) -> Response:
        """The answer of GetMetricStatistics."""
        key, points = _key(params), []
        for at, figures in self._series(key, params, int(params["Period"])):
            point: dict[str, Any] = {"Timestamp": at, "Unit": _UNITS.get(key[1], "Count")}
            point |= {name: _statistic(name)(figures) for name in params.get("Statistics", ())}
            if extended := params.get("ExtendedStatistics"):
                point["ExtendedStatistics"] = {name: _statistic(name)(figures) for name in extended}
            points.append(point)
        return {"Label": key[1], "Datapoints": points}

    def listed(self, params: Params) -> list[Response]:
        """Those of the figures that ListMetrics asks for."""
        wanted = {each["Name"]: each.get("Value") for each in params.get("Dimensions", ())}
        return [
            {
                "Namespace": namespace,
                "MetricName": name,
                "Dimensions": [{"Name": each, "Value": value} for each, value in dimensions],
            }
            for namespace, name, dimensions in [*self._gauges, *self._plane.meters]
            if params.get("Namespace") in (None, namespace)
            and params.get("MetricName") in (None, name)
            and _has(dict(dimensions), wanted)
        ]

    def _series(self, key: Key, params: Params, period: int) -> Iterator[tuple[datetime, Figures]]:
        """The figures of each period that has any, oldest first."""
        begin, end = (int(moment(params[name]).timestamp()) for name in ("StartTime", "EndTime"))
        begin -= begin % MINUTE
        now, gauge = int(self._plane.clock.time()), self._gauges.read(key)
        for at in range(begin, end, max(period, MINUTE)):
            figures = self._plane.meters.between(key, at, min(at + period, end))
            if gauge is not None and at <= now < at + period:
                figures.add(gauge)
            if figures.count:
                yield datetime.fromtimestamp(at, UTC), figures


def _has(dimensions: Mapping[str, str], wanted: Mapping[str, str | None]) -> bool:
    """Whether there is each of the dimensions, with its value where one is wanted."""
    return all(name in dimensions and value in (None, dimensions[name]) for name, value in wanted.items())


def _key(metric: Mapping[str, Any]) -> Key:
    dimensions = tuple(sorted((each["Name"], each["Value"]) for each in metric.get("Dimensions", ())))
    return metric["Namespace"], metric["MetricName"], dimensions


def _statistic(name: str) -> Callable[[Figures], float]:
    """Raises AwsError, an InvalidParameterValue, for one that is not known here."""
    if name in _STATISTICS:
        return _STATISTICS[name]
    percentile = _PERCENTILE.fullmatch(name)
    if percentile is None:
        raise AwsError("InvalidParameterValue", f"The value {name} for parameter Stat is not supported.")
    share = float(percentile[1]) / 100
    return lambda figures: figures.percentile(share)
