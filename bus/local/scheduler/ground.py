"""What every part of the room stands on."""

from bus.local.constraints import check, service_model
from bus.local.operations import Params
from bus.local.plane import Plane
from bus.local.scheduler.errors import no_group, no_schedule
from bus.local.scheduler.schedule import Group, Schedule
from bus.local.scheduler.timetable import Timetable


class Ground:
    """The plane, the groups with their schedules, and the timetable that runs them."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        now = plane.clock.now()
        self.groups = {"default": Group("default", self._group_arn("default"), now, now)}
        self.timetable = Timetable(plane, self._completed)

    def _group_arn(self, name: str) -> str:
        return self._plane.arn("scheduler", f"schedule-group/{name}")

    def _check(self, operation: str, params: Params) -> None:
        """Raises ValidationException for what the API reference's constraints exclude."""
        check(service_model("scheduler").operation_model(operation), params)

    def _group(self, name: str) -> Group:
        if name not in self.groups:
            raise no_group(name)
        return self.groups[name]

    def _schedule(self, params: Params) -> Schedule:
        """The schedule that `Name` and `GroupName` name."""
        schedules = self._group(params.get("GroupName") or "default").schedules
        if params["Name"] not in schedules:
            raise no_schedule(params["Name"])
        return schedules[params["Name"]]

    def _completed(self, schedule: Schedule) -> None:
        """The last invocation is done with."""
        if schedule.deletes_itself:
            self._drop(schedule)

    def _drop(self, schedule: Schedule) -> None:
        """The schedule is no more: nothing it has under way is tried again."""
        self.timetable.stop(schedule)
        self.timetable.call_off(schedule)
        group = self.groups.get(schedule.group)
        if group is not None and group.schedules.get(schedule.name) is schedule:
            del group.schedules[schedule.name]
