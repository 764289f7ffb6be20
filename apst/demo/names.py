# ruff: noqa: E501 - lists of words, a line for each, which wrapping would make harder to read
"""Invented names, as varied as the communities that these schools serve. Nobody real is meant by any of them."""

import random
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Community:
    """Names that go together, with the ethnicity codes and home languages they may go with. weight: how common it is here."""

    weight: int
    ethnicity: tuple[str, ...]
    languages: tuple[str, ...]
    girls: tuple[str, ...]
    boys: tuple[str, ...]
    surnames: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """Somebody invented. sex: a code of `sex.csv`; ethnicity: a code of `ethnicity.csv`, blank where nobody has asked."""

    forename: str
    surname: str
    sex: str
    ethnicity: str
    language: str

    @property
    def name(self) -> str:
        """Forename and surname."""
        return f"{self.forename} {self.surname}"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COMMUNITIES: Final = (
    Community(
        40, ("WBRI", "WBRI", "WBRI", "WENG", "WIRI"), ("English",),
        _words("Ellie Gracie Maisie Lacey Poppy Summer Kayleigh Tegan Evie Amber Skye Freya Demi Libby Paige Courtney Niamh Erin"),
        _words("Jayden Tyler Callum Riley Kian Connor Alfie Mason Leo Brandon Harley Reece Finlay Kyle Archie Logan Ethan Corey"),
        _words("Harding Pickles Whitlock Dunmore Sugden Ramsbottom Tranter Fielding Barraclough Cotterill Nuttall Sharples "
               "Haywood Grimshaw Brindle Marsden Keeling Thackray Oldroyd Bagshaw Hemmings Rudge"),
    ),
    Community(
        13, ("APKN", "APKN", "AKPA", "AMPK"), ("Urdu", "Panjabi", "English", "English"),
        _words("Aisha Zainab Hafsa Mariyah Sumayya Iqra Aleena Laiba Hira Safa"),
        _words("Hamza Zakariya Ibrahim Bilal Adeel Haroon Umar Danyal Faizan Rayyan Sufyan"),
        _words("Hussain Mahmood Akhtar Iqbal Rafiq Shabir Bashir Mirza Qureshi Butt Javed Saleem"),
    ),
    Community(
        6, ("ABAN",), ("Bengali", "English"),
        _words("Nusrat Tahmina Fahmida Sabiha Ruksana"), _words("Tanvir Mahdi Nayeem Shafiq Rafi Arif"),
        _words("Begum Miah Uddin Choudhury Rahman Ali"),
    ),
    Community(
        6, ("AIND", "AIND", "ABRI"), ("Panjabi", "Gujarati", "English"),
        _words("Simran Jasleen Harpreet Priya Anjali Diya"), _words("Arjan Gurdeep Manvir Rohan Jai Kiran Harjot"),
        _words("Gill Sandhu Dhaliwal Patel Bains Sahota Mistry Purewal"),
    ),
    Community(
        8, ("BCRB", "BCRB", "BBRI"), ("English",),
        _words("Shanice Tianna Keziah Renée Amari Jada"), _words("Kayden Tyrese Jerome Malachi Dante Zion Andre"),
        _words("Braithwaite Campbell Pinnock Gayle Francis Beckford Morrison-Clarke Dacosta"),
    ),
    Community(
        9, ("BNGN", "BGHA", "BAFR", "BCON"), ("English", "Yoruba", "Twi", "French", "Lingala"),
        _words("Adaeze Folasade Abena Chiamaka Grâce Blessing Temi"), _words("Emeka Tobi Kwame Kofi Ayodele Samuel Jordi Dieudonné"),
        _words("Okonkwo Adeyemi Mensah Boateng Owusu Balogun Ilunga Nwosu Kalala Asante"),
    ),
    Community(
        6, ("BSOM", "BSUD", "BANN"), ("Somali", "Arabic"),
        _words("Hodan Ifrah Sahra Nasteho Amal Ayaan"), _words("Abdirahman Liban Guled Mustafa Idris Zakaria"),
        _words("Warsame Farah Jama Abdullahi Osman Elmi Hersi Idris-Ahmed"),
    ),
    Community(
        9, ("WROM", "WEEU", "WOTH", "WOTW"), ("Romani", "Slovak", "Polish", "Romanian", "Lithuanian"),
        _words("Zuzana Vanesa Oliwia Wiktoria Denisa Andreea Gabija"), _words("Dominik Patrik Kacper Oskar Denis Ştefan Matas Rastislav"),
        _words("Horváthová Tancoš Kowalczyk Wójcik Dąbrowska Ciobanu Radu Petrauskas Gažík Baláž"),
    ),
    Community(
        8, ("MWBC", "MWBC", "MWBA", "MWAS", "MOTH"), ("English",),
        _words("Tiana Ruby Mya Nevaeh Layla Sienna"), _words("Marley Jaydon Kai Luca Isaac Theo Micah"),
        _words("Bennett Lewis-Grant Walker O'Connor Shaw Doyle Hylton-Webb Morgan Carty"),
    ),
    Community(
        5, ("OAFG", "OKRD", "OARA", "OIRN", "OVIE", "CHNE"), ("Dari", "Pashto", "Kurdish", "Arabic", "Vietnamese", "Cantonese"),
        _words("Zohra Shirin Rojda Linh Mei Yasamin"), _words("Ahmadullah Sherzad Karwan Omid Minh Tin-Yau"),
        _words("Stanekzai Noori Hama Rostami Nguyen Cheung Aziz Barzani"),
    ),
    Community(
        2, ("WIRT", "WROM"), ("English",),
        _words("Bridie Margaret Scarlett Kathleen"), _words("Patrick Johnny Levi Elijah"), _words("Doran Connors Maughan Boswell Loveridge"),
    ),
)  # fmt: skip
_WEIGHTS: Final = [community.weight for community in COMMUNITIES]


def invent(chance: random.Random, *, girls_percent: int) -> Person:
    """Invent a child; girls_percent: how many of a hundred are girls."""
    community = chance.choices(COMMUNITIES, _WEIGHTS)[0]
    girl = chance.randrange(100) < girls_percent
    return Person(
        forename=chance.choice(community.girls if girl else community.boys),
        surname=chance.choice(community.surnames),
        sex="F" if girl else "M",
        ethnicity=chance.choice(community.ethnicity),
        language=chance.choice(community.languages),
    )


def invent_many(chance: random.Random, number: int, *, girls_percent: int, taken: set[str]) -> list[Person]:
    """Invent children of whom no two share a name; `taken` holds the names that are given already, and grows."""
    people: list[Person] = []
    while len(people) < number:
        person = invent(chance, girls_percent=girls_percent)
        if person.name not in taken:
            taken.add(person.name)
            people.append(person)
    return people
