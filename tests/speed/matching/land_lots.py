"""GeoJSON features of land lots, about 900 bytes each, shaped like those of event-ruler's benchmark.

That benchmark reads San Francisco's 213,068 lots. These are drawn from a seeded generator in the same
proportions, as far as the matches that event-ruler's benchmark expects of its rules tell them: so many lots
on FULTON, so many west of a longitude, so many that share one MAPBLKLOT.
"""

import random
from typing import Any

import orjson

LOTS = 213_068

# Lots per street, by the matches expected of rules that name, begin or end it.
_KNOWN_STREETS = {
    ("FULTON", "ST"): 1_910,
    ("MASON", "ST"): 2_657,
    ("MASONIC", "AVE"): 293,
    ("HYDE", "ST"): 1_758,
    ("CHESTNUT", "ST"): 825,
    ("BEACH", "ST"): 211,
    ("JEFFERSON", "ST"): 131,
    ("ACADIA", "ST"): 24,
    ("BLANKEN", "AVE"): 210,
    ("BLYTHDALE", "AVE"): 142,
    ("BLAKE", "ST"): 90,
    ("LAKE", "ST"): 756,
    ("DRAKE", "ST"): 25,
    ("DRUMM", "ST"): 13,
    ("FUNSTON", "AVE"): 477,
    ("RHODE ISLAND", "ST"): 328,
    ("IRVING", "ST"): 1_963,
    ("SANTIAGO", "ST"): 682,
    ("MOULTON", "ST"): 22,
    ("MISSION", "ST"): 5_400,
    ("WASHINGTON", "ST"): 2_700,
    ("JACKSON", "ST"): 2_450,
    ("HARRISON", "ST"): 2_174,
}
_OTHER_STREETS = {
    "ST": (
        "CALIFORNIA,MARKET,FOLSOM,BUSH,PINE,SACRAMENTO,CLAY,BROADWAY,VALLEJO,GREEN,STEINER,FILBERT,GREENWICH,LOMBARD,"
        "BAY,POLK,LARKIN,JONES,TAYLOR,POWELL,GUERRERO,VALENCIA,DOLORES,NOE,CASTRO,SANCHEZ,CHURCH,DIAMOND,ARMY,BRYANT,"
        "HOWARD,TEHAMA,BERRY,TOWNSEND,BRANNAN,FELL,OAK,PAGE,HAIGHT,WALLER,JUDAH,KIRKHAM,QUINTARA,MORAGA,NORIEGA,ORTEGA"
    ),
    "AVE": (
        "02ND,05TH,08TH,12TH,15TH,18TH,19TH,21ST,24TH,26TH,28TH,31ST,33RD,36TH,38TH,41ST,43RD,46TH,48TH,SAN JOSE,"
        "VAN NESS,POTRERO,SILVER,OCEAN,HOLLOWAY,GENEVA,SOUTH VAN NESS,PACIFIC"
    ),
    "WAY": "MIRALOMA,TERESITA,PORTOLA,LAGUNA HONDA",
    "DR": "CRANLEIGH,LAKE MERCED,JUNIPERO",
    "BLVD": "GEARY,BAY SHORE,SLOAT",
    "TER": "BUENA VISTA,UPPER",
    "CT": "LYNDHURST,NORTHRIDGE",
}
_SHARE_OF_TYPE = {"ST": 0.433, "AVE": 0.365, "WAY": 0.03, "DR": 0.03, "BLVD": 0.03, "TER": 0.015, "CT": 0.008}
_UNKNOWN = ("UNKNOWN", None)

# Condominiums: lots that share one MAPBLKLOT.
_SHARED = {"2607117": 101, "2607218": 35, "3745012": 655}
_SINGLE = ("1430022", "VACSTWIL")
_COMMON_NUMBER, _OF_COMMON_NUMBER = "441", 2_453

# How many lots lie between which longitudes; the rules ask at -122.4647, -122.4160 and -122.4063.
_LONGITUDES = {
    (-122.5149, -122.46471267081272): 0.240,
    (-122.46471267081272, -122.41600944012424): 0.459,
    (-122.41600944012424, -122.4063085128395): 0.137,
    (-122.4063085128395, -122.3650): 0.164,
}
SHARED_LONGITUDE, _ON_SHARED_LONGITUDE = -122.42916360922355, 227
SHARED_LATITUDE, _ON_SHARED_LATITUDE = 37.729900216217324, 2
_MULTIPOLYGONS = 120


def land_lots(count: int, seed: int = 1) -> list[bytes]:
    """`count` features as JSON, the same for the same seed."""
    return [orjson.dumps(lot) for lot in _Surveyor(count, seed).lots()]


class _Surveyor:
    def __init__(self, count: int, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a repeatable choice
        self._count = count

    def lots(self) -> list[dict[str, Any]]:
        weights = _street_weights()
        streets = self._random.choices(list(weights), list(weights.values()), k=self._count)
        bounds = self._random.choices(list(_LONGITUDES), list(_LONGITUDES.values()), k=self._count)
        lots = [self._lot(*street, *between) for street, between in zip(streets, bounds, strict=True)]
        for lot, shared in zip(self._random.sample(lots, len(_SINGLE)), _SINGLE, strict=True):
            lot["properties"]["MAPBLKLOT"] = shared
        return lots

    def _lot(self, street: str, kind: str | None, west: float, east: float) -> dict[str, Any]:
        block, lot = f"{self._random.randrange(1, 7_400):04}", f"{self._random.randrange(1, 120):03}"
        number = self._number()
        properties = {
            "MAPBLKLOT": self._map_lot(block + lot),
            "BLKLOT": block + lot,
            "BLOCK_NUM": block,
            "LOT_NUM": lot,
            "FROM_ST": number,
            "TO_ST": number,
            "STREET": street,
            "ST_TYPE": kind,
            "ODD_EVEN": "O" if int(number) % 2 else "E",
        }
        return {"type": "Feature", "properties": properties, "geometry": self._geometry(west, east)}

    def _map_lot(self, own: str) -> str:
        drawn = self._random.random() * LOTS
        for shared, lots in _SHARED.items():
            drawn -= lots
            if drawn < 0:
                return shared
        return own

    def _number(self) -> str:
        common = self._random.random() * LOTS < _OF_COMMON_NUMBER
        return _COMMON_NUMBER if common else str(int(self._random.expovariate(1 / 900)))

    def _geometry(self, west: float, east: float) -> dict[str, Any]:
        x, y = self._random.uniform(west, east), self._random.uniform(37.7085, 37.8100)
        corners = min(40, 4 + int(self._random.expovariate(1 / 6.4)))
        ring = [self._point(x, y) for _ in range(corners)]
        if self._random.random() * LOTS < _ON_SHARED_LONGITUDE:
            self._random.choice(ring)["x"] = SHARED_LONGITUDE
        ring.append(ring[0])
        if self._random.random() * LOTS >= _MULTIPOLYGONS:
            return {"type": "Polygon", "coordinates": ring, "firstCoordinates": ring[0]}
        if self._random.random() * _MULTIPOLYGONS < _ON_SHARED_LATITUDE:
            ring[len(ring) // 2]["y"] = SHARED_LATITUDE
        rings = [ring, [self._point(x, y) for _ in range(5)]]
        return {"type": "MultiPolygon", "coordinates": rings, "firstCoordinates": ring[0]}

    def _point(self, x: float, y: float) -> dict[str, float]:
        return {"x": x + self._random.uniform(-1e-4, 1e-4), "y": y + self._random.uniform(-1e-4, 1e-4), "z": 0}


def _street_weights() -> dict[tuple[str, str | None], float]:
    """How many lots each street has, by its name and type."""
    weights: dict[tuple[str, str | None], float] = dict(_KNOWN_STREETS)
    for kind, names in _OTHER_STREETS.items():
        streets = names.split(",")
        weights |= {(name, kind): _SHARE_OF_TYPE[kind] * LOTS / len(streets) for name in streets}
    weights[_UNKNOWN] = max(0.0, LOTS - sum(weights.values()))
    return weights
