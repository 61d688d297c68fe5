"""Furniture: resources whose making, changing and deleting is written down."""

from bus.local.errors import AwsError
from bus.local.plane import Plane
from bus.local.resources import Deployed, Made, Resource, removes, resource, updates

TEMPLATE = """
Resources:
  Desk:
    Type: Test::Desk
    Properties: {Height: 1}
  Lamp:
    Type: Test::Lamp
    Properties: {Desk: !Ref Desk, Watts: 5}
Outputs:
  Lamp: {Value: !Ref Lamp}
"""
HEIGHT = (
    ("Resources:", "Parameters:\n  Height: {Type: String, Default: '2'}\nResources:"),
    ("Height: 1", "Height: !Ref Height"),
)


class FurnitureRoom:
    """Makes, changes and deletes furniture, and writes down what it did."""

    service = "furniture"

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self.log: list[str] = []

    @resource("Test::Desk", acts_on={"Glue", "Height", "Name", "Wood"}, replaced_by={"Wood", "Name"})
    @resource("Test::Lamp", acts_on={"Desk", "Watts"})
    @resource("Test::Wall", acts_on={"Colour"})
    def make(self, wanted: Resource) -> Deployed:
        self._refuse(wanted, "Height")
        if wanted.properties.get("Wood") == "veneer":
            self.log.append(f"glue {wanted.properties['Glue']['Brand']}")
        self.log.append(f"make {wanted.logical_id}")
        return Deployed(wanted.properties.get("Name", wanted.name))

    @updates("Test::Desk")
    @updates("Test::Lamp")
    def change(self, wanted: Resource, made: Made) -> Deployed:
        self._refuse(wanted, "Watts")
        changed = {key for key, value in wanted.properties.items() if made.properties.get(key) != value}
        self.log.append(f"change {wanted.logical_id} {' '.join(sorted(changed))}")
        return made.deployed

    @removes("Test::Desk")
    @removes("Test::Lamp")
    def remove(self, made: Made) -> None:
        if made.properties.get("Height") == "bolted":
            raise AwsError("Bolted", "The desk is bolted to the floor.")
        self.log.append(f"remove {made.wanted.logical_id}")

    @staticmethod
    def _refuse(wanted: Resource, name: str) -> None:
        if wanted.properties.get(name) == "none":
            raise AwsError("Invalid", f"{name} is not valid.")
