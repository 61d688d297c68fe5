"""Archives, and the rules of the bus that each is of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bus.operating.account import Account
from bus.operating.errors import AmbiguousNameError, UnknownNameError
from bus.operating.names import short


@dataclass(frozen=True)
class Archive:
    """`settings` are DescribeArchive's."""

    settings: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.settings["ArchiveName"])

    @property
    def arn(self) -> str:
        return str(self.settings["ArchiveArn"])

    @property
    def bus(self) -> str:
        """The ARN of the bus whose events it keeps, and which alone they can be replayed to."""
        return str(self.settings["EventSourceArn"])


def archive_named(account: Account, word: str | None) -> Archive:
    """The archive of that name or with that part of one; without a word, the only one there is.

    Raises UnknownNameError and AmbiguousNameError.
    """
    names = [each["ArchiveName"] for each in account.pages("events", "list_archives", "Archives")]
    return Archive(account.client("events").describe_archive(ArchiveName=_one(names, word, "archive")))


def rule_named(account: Account, archive: Archive, word: str) -> Mapping[str, Any]:
    """The rule of the archive's bus of that name, as ListRules has it. Raises UnknownNameError and AmbiguousNameError.

    Rules that EventBridge manages itself feed archives; nothing is replayed into them.
    """
    rules = account.pages("events", "list_rules", "Rules", EventBusName=short(archive.bus))
    by_name = {rule["Name"]: rule for rule in rules if not rule.get("ManagedBy")}
    by_arn = {rule["Arn"]: rule for rule in by_name.values()}
    found: Mapping[str, Any] = by_arn.get(word) or by_name[_one(list(by_name), word, "rule")]
    return found


def _one(names: list[str], word: str | None, what: str) -> str:
    if word in names:
        return str(word)
    alike = [name for name in names if word is None or word.lower() in name.lower()]
    if len(alike) == 1:
        return alike[0]
    if alike:
        raise AmbiguousNameError(what, word or f"the {what}", alike)
    raise UnknownNameError(what, word or "at all", names)
