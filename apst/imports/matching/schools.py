"""Establishments named by their URN in files of other kinds."""

from apst.imports.ledger import Ledger, write_records
from apst.places.models import Establishment


class Schools:
    """The taskforce's establishments by URN. One not known yet is added; an import of establishments names it."""

    def __init__(self) -> None:
        self._ids = dict(Establishment.objects.values_list("urn", "pk"))
        self._urns = {pk: urn for urn, pk in self._ids.items()}

    def __contains__(self, urn: str) -> bool:
        return urn in self._ids

    def urn(self, pk: int | None) -> str | None:
        """Give the URN of a row."""
        return self._urns.get(pk) if pk else None

    def id(self, urn: str) -> int:
        """Give the row of a URN, after `add`."""
        return self._ids[urn]

    def add(self, urns: set[str], ledger: Ledger) -> None:
        """Add those that are not known."""
        rows = [Establishment(urn=urn, name=placeholder(urn)) for urn in sorted(urns - set(self._ids))]
        write_records(ledger, Establishment, add=rows, change=[])
        for row in rows:
            self._ids[row.urn], self._urns[row.pk] = row.pk, row.urn


def placeholder(urn: str) -> str:
    """Give the name of a school of which only the URN is known."""
    return f"School {urn}"


UNKNOWN = "is no school of this taskforce yet: it will be added by its number. Import establishments to name it."
