"""Pupils with their facts and contacts."""

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from apst.demo.amounts import invented_upn
from apst.demo.names import Person
from apst.people.models import Contact, Pupil, PupilFact
from apst.people.names import name_key, sound_key
from apst.places.calendar import DAY
from apst.places.models import Establishment
from apst.tenancy.models import LocalAuthority

from .diary import at

NEEDS: Final = ("SEMH",) * 8 + ("SLCN",) * 3 + ("ASD",) * 2 + ("MLD", "SPLD", "SPLD", "HI", "OTH", "NSA")
CARERS: Final = ("Mother", "Mother", "Mother", "Father", "Grandmother", "Aunt", "Foster carer")
TITLES: Final = {
    "Mother": ("Ms", "Mrs", "Miss"),
    "Father": ("Mr",),
    "Grandmother": ("Mrs", "Ms"),
    "Aunt": ("Ms", "Miss"),
    "Foster carer": ("Ms", "Mr", "Mrs", "Mx"),
}
FOSTERING: Final = ("Aldous", "Bancroft", "Charnley", "Drabble", "Eastwood")
ORDERS: Final = (
    "Child arrangements order: lives with mother, sees father on Saturdays",
    "Prohibited steps order: not to be collected by father",
    "Supervision order to the local authority",
)
STREETS: Final = (
    "Cooper Street",
    "Ribbon Court",
    "Weir Lane",
    "Ash Tree Close",
    "Silk Mill Road",
    "Dyers' Row",
    "Station Terrace",
)


class Children:
    """Makes the pupils of one taskforce; everything that it makes is invented."""

    def __init__(
        self,
        chance: random.Random,
        *,
        today: dt.date,
        authority: LocalAuthority,
        schools: Sequence[Establishment],
        prefix: str,
    ) -> None:
        self._chance, self._today, self._authority, self._schools, self._prefix = (
            chance,
            today,
            authority,
            schools,
            prefix,
        )
        self._serial = 0

    def born(self, year_group: int) -> dt.date:
        """Give a birthday of somebody who is in a year group today."""
        first = self._today.year if self._today.month >= 9 else self._today.year - 1
        return dt.date(first - 5 - year_group, 9, 1) + DAY * self._chance.randrange(365)

    def pupil(self, person: Person, year_group: int, *, local_id: str = "", recorded: dt.date) -> Pupil:
        """Make a pupil of a year group (as of today), first recorded on a day."""
        self._serial += 1
        born = self.born(year_group)
        return Pupil(
            local_id=local_id or f"{self._prefix}{self._serial:04}",
            upn=invented_upn(self._authority.code, 9001, born.year + 5, self._serial % 1000),
            surname=person.surname,
            forename=person.forename,
            name_key=name_key(person.surname, person.forename),
            sound_key=sound_key(person.surname, person.forename),
            date_of_birth=born,
            sex=person.sex,
            ethnicity=person.ethnicity,
            first_language=person.language,
            home_school=self._chance.choice(self._schools),
            home_la=self._authority,
            placing_la=self._authority if self._chance.random() < 0.2 else None,
            registration=self._chance.choice(("single", "single", "dual_main", "dual_subsidiary")),
            entry_date=recorded,
            recorded_at=at(recorded),
        )

    def facts(self, pupil: Pupil, since: dt.date) -> Iterator[PupilFact]:
        """Make the facts of a pupil, some of which change; here and there one was never recorded."""
        chance = self._chance
        provision = chance.choices(("N", "K", "E"), (18, 56, 26))[0]
        yield self.fact(pupil, "sen_provision", provision, since)
        if provision == "K" and chance.random() < 0.12:
            yield self.fact(pupil, "sen_provision", "E", self._later(since))
        if provision != "N":
            yield self.fact(pupil, "sen_primary_need", chance.choice(NEEDS), since)
        free_meals = chance.random() < 0.55
        yield self.fact(pupil, "fsm", "yes" if free_meals else "no", since)
        if not free_meals and chance.random() < 0.1:
            yield self.fact(pupil, "fsm", "yes", self._later(since))
        status = chance.choices(
            ("none", "early_help", "cin", "cp", "cla", "previously_known", "not_recorded"), (44, 12, 14, 6, 6, 15, 3)
        )[0]
        yield self.fact(pupil, "csc_status", status, since)
        after = {"cin": "none", "cp": "cin", "early_help": "cin", "not_recorded": "none"}.get(status)
        if after and chance.random() < 0.4:
            yield self.fact(pupil, "csc_status", after, self._later(since))
        if chance.random() < 0.02:
            wrong = self.fact(pupil, "fsm", "no" if free_meals else "yes", since)
            wrong.corrected_at = at(self._later(since))
            yield wrong

    def _later(self, since: dt.date) -> dt.date:
        return since + DAY * self._chance.randint(1, max(1, (self._today - since).days - 1))

    def fact(self, pupil: Pupil, kind: str, value: str, since: dt.date) -> PupilFact:
        """Make one fact."""
        return PupilFact(pupil=pupil, kind=kind, value=value, holds_from=since, recorded_at=at(since))

    def contacts(self, pupil: Pupil) -> Iterator[Contact]:
        """Make the family of a pupil: who has parental responsibility, now and then an order, a hidden address, an
        interpreter.
        """
        chance = self._chance
        known: set[str] = set()
        for priority in range(1, chance.choice((2, 2, 3))):
            relationship = chance.choice([carer for carer in CARERS if carer not in known])
            known.add(relationship)
            surname = chance.choice(FOSTERING) if relationship == "Foster carer" else pupil.surname
            hidden = chance.random() < 0.05
            yield Contact(
                pupil=pupil,
                name=f"{chance.choice(TITLES[relationship])} {surname}",
                relationship=relationship,
                parental_responsibility={"Mother": True, "Father": True, "Foster carer": False}.get(relationship),
                phone=f"07700 900{chance.randrange(200, 1000)}",
                address=f"{chance.randint(1, 120)} {chance.choice(STREETS)}",
                address_hidden=hidden,
                court_order=chance.choice(ORDERS) if hidden or chance.random() < 0.05 else "",
                interpreter_language=pupil.first_language
                if pupil.first_language != "English" and chance.random() < 0.5
                else "",
                priority=priority,
            )

    def said_contact(self, pupil: Pupil, fields: Mapping[str, Any]) -> Contact:
        """Make a contact that a story tells of."""
        return Contact(pupil=pupil, **fields)
