"""The formats of JSON Schema, as texts: what every text of a format looks like, and what ours look like.

`outer` holds every text that the format's RFC allows and may hold more, so that nothing in it means
that there is none; `inner` are texts that any validator takes, from which examples are made.
"""

from dataclasses import dataclass

_DAYS = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9])"
_DATE = f"[0-9]{{4}}-({_DAYS})"
_OUR_DATE = "20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"
_TIME = f"{_CLOCK}:([0-5][0-9]|60)([.][0-9]+)?([Zz]|[+-]{_CLOCK})"
_OUR_TIME = _CLOCK + ":[0-5][0-9]([.][0-9]{1,6})?(Z|[+-]0[0-9]:[0-5][0-9])"
_HEX = "[0-9a-fA-F]"
_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = rf"^({_OCTET}[.]){{3}}{_OCTET}$"
_LABEL = "[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?"


@dataclass(frozen=True, slots=True)
class Format:
    """Two expressions as `pattern` has them, and examples."""

    outer: str
    inner: str
    examples: tuple[str, ...]


FORMATS = {
    "uuid": Format(
        f"^{_HEX}{{8}}(-{_HEX}{{4}}){{3}}-{_HEX}{{12}}$",
        f"^{_HEX}{{8}}(-{_HEX}{{4}}){{3}}-{_HEX}{{12}}$",
        ("0195c7f0-5a3e-7c41-9d0b-3f1f6a2c8e11",),
    ),
    "date": Format(f"^{_DATE}$", f"^{_OUR_DATE}$", ("2026-03-14",)),
    "time": Format(f"^{_TIME}$", f"^{_OUR_TIME}$", ("17:08:11Z",)),
    "date-time": Format(f"^{_DATE}[Tt ]{_TIME}$", f"^{_OUR_DATE}T{_OUR_TIME}$", ("2026-03-14T17:08:11Z",)),
    "email": Format("@", rf"^[A-Za-z0-9]+([._+-][A-Za-z0-9]+)*@({_LABEL}[.])+[a-z]{{2,6}}$", ("someone@example.com",)),
    "ipv4": Format(_IPV4, _IPV4, ("10.0.0.1",)),
    "ipv6": Format("^[0-9a-fA-F.]*:[0-9a-fA-F.:]*(%.*)?$", f"^{_HEX}{{1,4}}(:{_HEX}{{1,4}}){{7}}$", ("2001:db8::1",)),
    "hostname": Format("", rf"^{_LABEL}([.]{_LABEL})*$", ("example.com",)),
    "uri": Format(":", rf"^[a-z]+://{_LABEL}([.]{_LABEL})*(/[A-Za-z0-9._~-]*)*$", ("https://example.com/",)),
}
