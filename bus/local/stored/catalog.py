"""The Glue data catalog."""

from typing import Any

from bus.local.resources import Deployed, Made, Resource, removes, resource, updates
from bus.local.stored.kept_by_moto import KeptByMoto


class Catalog(KeptByMoto):
    """AWS::Glue::Database."""

    @resource(
        "AWS::Glue::Database",
        acts_on={
            "DatabaseInput.Description",
            "DatabaseInput.LocationUri",
            "DatabaseInput.Name",
            "DatabaseInput.Parameters",
            "DatabaseName",
        },
        inert={"CatalogId": "an account has one catalog"},
        replaced_by={"DatabaseName"},
    )
    def make_database(self, wanted: Resource) -> Deployed:
        described = _described(wanted)
        self._ask("glue", "create_database", DatabaseInput=described)
        return Deployed(described["Name"])

    @updates("AWS::Glue::Database")
    def update_database(self, wanted: Resource, made: Made) -> Deployed:
        """A database keeps its tables; Glue lets its name be changed as well."""
        described = _described(wanted)
        self._ask("glue", "update_database", Name=made.ref, DatabaseInput=described)
        return Deployed(described["Name"])

    @removes("AWS::Glue::Database")
    def remove_database(self, made: Made) -> None:
        self._ask("glue", "delete_database", Name=made.ref)


def _described(wanted: Resource) -> dict[str, Any]:
    described = dict(wanted.properties.get("DatabaseInput", {}))
    name = described.get("Name", wanted.properties.get("DatabaseName", wanted.name))
    return {**described, "Name": name}
