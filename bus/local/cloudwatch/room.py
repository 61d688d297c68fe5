"""The CloudWatch room: figures of the plane's own services. Alarms, dashboards and others' figures are moto's."""

from collections.abc import Callable
from typing import ClassVar

from bus.local.cloudwatch.figures import Own, is_own
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane


class CloudWatchRoom:
    """Answers GetMetricData, GetMetricStatistics and ListMetrics of its own namespaces; moto answers the rest."""

    service: ClassVar[str] = "cloudwatch"

    def __init__(self, plane: Plane) -> None:
        self._plane, self._own = plane, Own(plane)

    @operation("GetMetricData")
    def get_metric_data(self, params: Params) -> Response:
        """In the order of the queries; those of expressions and of other namespaces are moto's."""
        queries = params["MetricDataQueries"]
        others = [each for each in queries if not self._own.answers(each)]
        told: Response = {"MetricDataResults": [], "Messages": []}
        if others:
            told = self._moto("GetMetricData", {**params, "MetricDataQueries": others})
        by_id = {each["Id"]: each for each in told["MetricDataResults"]}
        by_id |= {each["Id"]: self._own.data(each, params) for each in queries if self._own.answers(each)}
        results = [by_id[each["Id"]] for each in queries if each["Id"] in by_id]
        return {"MetricDataResults": results, "Messages": told.get("Messages", [])}

    @operation("GetMetricStatistics")
    def get_metric_statistics(self, params: Params) -> Response:
        if not is_own(params["Namespace"]):
            return self._moto("GetMetricStatistics", params)
        return self._own.statistics(params)

    @operation("ListMetrics")
    def list_metrics(self, params: Params) -> Response:
        told = self._moto("ListMetrics", params)
        if params.get("NextToken"):  # the first page had the plane's own
            return told
        return {**told, "Metrics": [*self._own.listed(params), *told.get("Metrics", ())]}

    def _moto(self, name: str, params: Params) -> Response:
        return self._plane.operations.elsewhere(self.service, name, params)


def _left_to_moto(name: str) -> Callable[[CloudWatchRoom, Params], Response]:
    def ask(room: CloudWatchRoom, params: Params) -> Response:
        return room._moto(name, params)  # noqa: SLF001 - its own

    return operation(name)(ask)


# What moto does of CloudWatch besides (moto's docs, "cloudwatch").
for _name in (
    "DeleteAlarms",
    "DeleteDashboards",
    "DeleteInsightRules",
    "DescribeAlarms",
    "DescribeAlarmsForMetric",
    "DescribeInsightRules",
    "DisableInsightRules",
    "EnableInsightRules",
    "GetDashboard",
    "ListDashboards",
    "ListTagsForResource",
    "PutCompositeAlarm",
    "PutDashboard",
    "PutInsightRule",
    "PutMetricAlarm",
    "PutMetricData",
    "SetAlarmState",
    "TagResource",
    "UntagResource",
):
    setattr(CloudWatchRoom, f"_{_name}", _left_to_moto(_name))
