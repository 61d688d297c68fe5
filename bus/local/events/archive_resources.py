"""AWS::Events::Archive."""

import json
from typing import Any

from bus.local.events.replay_operations import ReplayOperations
from bus.local.resources import UNENCRYPTED, Deployed, Made, Resource, removes, resource, updates


class ArchiveResources(ReplayOperations):
    """Makes archives by the operations that an SDK would call."""

    @resource(
        "AWS::Events::Archive",
        acts_on={"ArchiveName", "Description", "EventPattern", "RetentionDays", "SourceArn"},
        inert={"KmsKeyIdentifier": UNENCRYPTED},
        replaced_by={"ArchiveName", "SourceArn"},
    )
    def make_archive(self, wanted: Resource) -> Deployed:
        # An archive's name has at most 48 characters, and a generated one is cut to fit.
        name = wanted.properties.get("ArchiveName", wanted.name[-48:].lstrip("-"))
        answer = self.create_archive(
            {"ArchiveName": name, "EventSourceArn": wanted.properties["SourceArn"], **_settings(wanted)}
        )
        return Deployed(name, {"Arn": answer["ArchiveArn"]})

    @updates("AWS::Events::Archive")
    def update_made_archive(self, wanted: Resource, made: Made) -> Deployed:
        """What the archive holds stays, but what a shorter retention does not keep."""
        archive = self.archives[made.ref]
        self.update_archive({"ArchiveName": made.ref, "EventPattern": "", "RetentionDays": 0, **_settings(wanted)})
        archive.description = wanted.properties.get("Description")
        return Deployed(made.ref, {"Arn": archive.arn})

    @removes("AWS::Events::Archive")
    def remove_archive(self, made: Made) -> None:
        if made.ref in self.archives:
            self.drop_archive(self.archives[made.ref])


def _settings(wanted: Resource) -> dict[str, Any]:
    properties = wanted.properties
    given = {name: properties[name] for name in ("Description",) if name in properties}
    if "RetentionDays" in properties:
        given["RetentionDays"] = int(properties["RetentionDays"])
    pattern = properties.get("EventPattern")
    if pattern:
        given["EventPattern"] = pattern if isinstance(pattern, str) else json.dumps(pattern)
    return given
