"""Schedules: CreateSchedule, UpdateSchedule, GetSchedule, ListSchedules, DeleteSchedule (Scheduler API reference)."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

from bus.local.operations import Params, Response, only, operation
from bus.local.pages import page
from bus.local.retries import GREATEST_AGE, MOST_RETRIES
from bus.local.scheduler.errors import conflict, invalid
from bus.local.scheduler.ground import Ground
from bus.local.scheduler.schedule import Group, Schedule
from bus.local.scheduler.targets import compile_target
from bus.local.times import moment
from bus.schedule_expressions import InvalidScheduleError, UnknownTimezoneError, parse
from bus.schedule_expressions import Schedule as Expression

_KNOWN = (
    "Name",
    "GroupName",
    "ScheduleExpression",
    "StartDate",
    "EndDate",
    "Description",
    "ScheduleExpressionTimezone",
    "State",
    "KmsKeyArn",
    "Target",
    "FlexibleTimeWindow",
    "ClientToken",
    "ActionAfterCompletion",
)
_DEFAULTS = {"State": "ENABLED", "ScheduleExpressionTimezone": "UTC", "ActionAfterCompletion": "NONE"}
_EARLIEST_START = timedelta(minutes=5)


class ScheduleOperations(Ground):
    """What is done to schedules."""

    @operation("CreateSchedule")
    def create_schedule(self, params: Params) -> Response:
        self._checked("CreateSchedule", params)
        group, name, token = (
            self._group(params.get("GroupName") or "default"),
            params["Name"],
            params.get("ClientToken"),
        )
        existing = group.schedules.get(name)
        if existing is not None:
            if token is None or existing.token != token:
                raise conflict(f"Schedule {name} already exists.")
            return {"ScheduleArn": existing.arn}
        if group.state == "DELETING":
            raise conflict(f"Schedule group {group.name} is being deleted.")
        schedule = self._new(group, params)
        self._check_start(schedule)
        group.schedules[name] = schedule
        self.timetable.start(schedule)
        return {"ScheduleArn": schedule.arn}

    @operation("UpdateSchedule")
    def update_schedule(self, params: Params) -> Response:
        """What is left out goes back to its default; what is under way goes on as it began."""
        self._checked("UpdateSchedule", params)
        schedule = self._schedule(params)
        after = self._new(self._group(schedule.group), params)
        if after.start != schedule.start:
            self._check_start(after)
        schedule.put(after)
        self.timetable.start(schedule)
        return {"ScheduleArn": schedule.arn}

    @operation("GetSchedule")
    def get_schedule(self, params: Params) -> Response:
        only("scheduler:GetSchedule", params, ("Name", "GroupName"))
        return self._schedule(params).described()

    @operation("ListSchedules")
    def list_schedules(self, params: Params) -> Response:
        only("scheduler:ListSchedules", params, ("GroupName", "NamePrefix", "State", "NextToken", "MaxResults"))
        self._check("ListSchedules", params)
        named = params.get("GroupName")
        groups = [self._group(named)] if named else [self.groups[name] for name in sorted(self.groups)]
        prefix, state = params.get("NamePrefix") or "", params.get("State")
        found = [
            group.schedules[name].summary()
            for group in groups
            for name in sorted(group.schedules)
            if name.startswith(prefix) and state in (None, group.schedules[name].given["State"])
        ]
        return page("Schedules", found, params, size="MaxResults")

    @operation("DeleteSchedule")
    def delete_schedule(self, params: Params) -> Response:
        only("scheduler:DeleteSchedule", params, ("Name", "GroupName", "ClientToken"))
        self._drop(self._schedule(params))
        return {}

    def _checked(self, operation_name: str, params: Params) -> None:
        only(f"scheduler:{operation_name}", params, _KNOWN)
        self._check(operation_name, params)

    def _new(self, group: Group, params: Params) -> Schedule:
        now = self._plane.clock.now()
        given = _given(params)
        text = given["ScheduleExpression"]
        once = text.startswith("at(")
        start, end = (None, None) if once else (_epoch(params.get("StartDate")), _epoch(params.get("EndDate")))
        if start is not None and end is not None and end <= start:
            raise invalid("The EndDate you specify must be later than the StartDate.")
        expression = _expression(text, given["ScheduleExpressionTimezone"])
        return Schedule(
            name=params["Name"],
            group=group.name,
            arn=self._plane.arn("scheduler", f"schedule/{group.name}/{params['Name']}"),
            given=given,
            expression=expression.starting(now.timestamp() if start is None else start),
            target=compile_target(self._plane, params["Target"]),
            created=now,
            modified=now,
            once=once,
            start=start,
            end=end,
            window=_window(given["FlexibleTimeWindow"]),
            token=params.get("ClientToken"),
        )

    def _check_start(self, schedule: Schedule) -> None:
        earliest = self._plane.clock.now() - _EARLIEST_START
        if schedule.start is not None and schedule.start < earliest.timestamp():
            raise invalid("The StartDate you specify cannot be earlier than 5 minutes ago.")


def _epoch(given: Any) -> float | None:
    return None if given is None else moment(given).timestamp()


def _given(params: Params) -> dict[str, Any]:
    """What GetSchedule shows of the parameters."""
    apart = ("Name", "GroupName", "ClientToken")
    given = {name: value for name, value in params.items() if value is not None and name not in apart}
    given |= {name: moment(given[name]) for name in ("StartDate", "EndDate") if name in given}
    policy = {
        "MaximumEventAgeInSeconds": GREATEST_AGE,
        "MaximumRetryAttempts": MOST_RETRIES,
        **(params["Target"].get("RetryPolicy") or {}),
    }
    return deepcopy({**_DEFAULTS, **given, "Target": {**params["Target"], "RetryPolicy": policy}})


def _expression(text: str, timezone: str) -> Expression:
    try:
        return parse(text, timezone)
    except InvalidScheduleError as error:
        raise invalid(f"Invalid Schedule Expression {text}.") from error
    except UnknownTimezoneError as error:
        raise invalid(f"Invalid Schedule Expression Timezone {timezone}.") from error


def _window(given: Params) -> float:
    """Seconds of a flexible time window."""
    minutes = given.get("MaximumWindowInMinutes")
    if (given["Mode"] == "FLEXIBLE") == (minutes is None):
        raise invalid("MaximumWindowInMinutes must be given for a flexible time window, and for no other.")
    return 60.0 * (minutes or 0)
