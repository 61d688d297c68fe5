"""The Glue data catalog."""

from bus.local.resources import Deployed, Resource, resource
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
    )
    def make_database(self, wanted: Resource) -> Deployed:
        described = dict(wanted.properties.get("DatabaseInput", {}))
        name = described.get("Name", wanted.properties.get("DatabaseName", wanted.name))
        self._ask(wanted, "glue", "create_database", DatabaseInput={**described, "Name": name})
        return Deployed(name)
