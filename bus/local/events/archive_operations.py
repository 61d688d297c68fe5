"""CreateArchive, UpdateArchive, DeleteArchive, DescribeArchive, ListArchives."""

from collections.abc import Iterator
from typing import Any

from bus.local.events.archive import MANAGED_BY, RULE_PREFIX, Archive
from bus.local.events.errors import already_exists, not_found, validation
from bus.local.events.ground import Ground
from bus.local.events.parameters import accept
from bus.local.events.rule_operations import compile_rule_pattern
from bus.local.events.state import Rule, Target
from bus.local.operations import Params, Response, operation
from bus.local.pages import page
from bus.local.retries import GREATEST_AGE, MOST_RETRIES
from bus.local.whereabouts import Whereabouts

_TEMPLATE = (
    '{"archive-arn": "%s", "event": <aws.events.event.json>, "ingestion-time": <aws.events.event.ingestion-time>}'
)


class ArchiveOperations(Ground):
    """What is done to archives."""

    @operation("CreateArchive")
    def create_archive(self, params: Params) -> Response:
        accept("CreateArchive", params)
        bus, name = self.buses.get(params["EventSourceArn"]), params["ArchiveName"]
        if name in self.archives:
            raise already_exists(f"Archive {name} already exists.")
        text = params.get("EventPattern") or None
        archive = Archive(
            plane=self._plane,
            name=name,
            arn=self._plane.arn("events", f"archive/{name}"),
            source_arn=bus.arn,
            created=self._plane.clock.now(),
            description=params.get("Description"),
            pattern_text=text,
            pattern=None if text is None else compile_rule_pattern(text),
            retention_days=int(params.get("RetentionDays") or 0),
            key=params.get("KmsKeyIdentifier"),
        )
        self.archives[name] = archive
        bus.archives.append(archive)
        self._show_rule(archive)
        return archive.answered()

    @operation("UpdateArchive")
    def update_archive(self, params: Params) -> Response:
        """What is left out stays as it is; events that a shorter retention leaves no time go at once."""
        accept("UpdateArchive", params)
        archive = self._archive(params["ArchiveName"])
        if params.get("EventPattern") is not None:
            text = params["EventPattern"] or None
            archive.pattern = None if text is None else compile_rule_pattern(text)
            archive.pattern_text = text
            self._show_rule(archive)
        archive.description = params.get("Description", archive.description)
        archive.key = params.get("KmsKeyIdentifier", archive.key)
        archive.retention_days = int(params.get("RetentionDays", archive.retention_days))
        archive.sweep_later()
        return archive.answered()

    @operation("DeleteArchive")
    def delete_archive(self, params: Params) -> Response:
        accept("DeleteArchive", params)
        self.drop_archive(self._archive(params["ArchiveName"]))
        return {}

    def drop_archive(self, archive: Archive) -> None:
        """Take an archive away, its events and its rule."""
        archive.stop()
        del self.archives[archive.name]
        bus = self.buses.get(archive.source_arn)
        bus.archives.remove(archive)
        rule = bus.rules.pop(RULE_PREFIX + archive.name, None)
        if rule is not None:
            self.rule_gone(rule)

    @operation("DescribeArchive")
    def describe_archive(self, params: Params) -> Response:
        accept("DescribeArchive", params)
        return self._archive(params["ArchiveName"]).described()

    @operation("ListArchives")
    def list_archives(self, params: Params) -> Response:
        accept("ListArchives", params)
        prefix, source, state = one_filter("ListArchives", params)
        found = [
            archive.summary()
            for name, archive in sorted(self.archives.items())
            if name.startswith(prefix) and source in (None, archive.source_arn) and state in (None, "ENABLED")
        ]
        return page("Archives", found, params)

    def archived(self, event_id: str) -> Iterator[Whereabouts]:
        """The archives that hold the event, each until its retention ends."""
        for archive in self.archives.values():
            for event in archive.events:
                if event.event_id == event_id:
                    yield Whereabouts("events", archive.arn, "archived", archive.until(event))

    def _archive(self, name: str) -> Archive:
        if name not in self.archives:
            raise not_found(f"Archive {name} does not exist.")
        return self.archives[name]

    def _show_rule(self, archive: Archive) -> None:
        """The managed rule that AWS feeds an archive by, there to be seen: the router knows the archive itself."""
        bus = self.buses.get(archive.source_arn)
        name = RULE_PREFIX + archive.name
        within = name if bus.name == "default" else f"{bus.name}/{name}"
        rule = Rule(
            name=name,
            arn=self._plane.arn("events", f"rule/{within}"),
            bus=bus.name,
            pattern_text=archive.rule_pattern(),
            pattern=None,
            managed_by=MANAGED_BY,
        )
        rule.targets[archive.name] = _shown_target(archive)
        bus.put(rule)


def one_filter(operation_name: str, params: Params) -> tuple[str, Any, Any]:
    """Name prefix, source and state. Raises ValidationException: "filter parameters are exclusive"."""
    given = [params.get(name) for name in ("NamePrefix", "EventSourceArn", "State")]
    if sum(each is not None for each in given) > 1:
        raise validation(
            f"At most one filter is allowed for {operation_name}. Use either : State, EventSourceArn, or NamePrefix."
        )
    return given[0] or "", given[1], given[2]


def _shown_target(archive: Archive) -> Target:
    region = archive.arn.split(":")[3]
    template = {"InputPathsMap": {}, "InputTemplate": _TEMPLATE % archive.arn}
    spec = {"Id": archive.name, "Arn": f"arn:aws:events:{region}:::", "InputTransformer": template}
    return Target(
        spec=spec,
        send=lambda event, _: archive.take(event),
        transform=None,
        max_attempts=MOST_RETRIES,
        max_age=GREATEST_AGE,
        dead_letters=None,
    )
