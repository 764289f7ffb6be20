"""The cast, the calendar and the database of the tests.

Tests run as the application's own restricted login; the migrator makes the database and empties it. Northgate is a
taskforce with two sites. Whoever works there has one role each; Omar manages Southgate and may see nothing of
Northgate.
"""

import datetime as dt
import gc
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import psycopg
import pytest
import pytest_django
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.db.models.signals import pre_migrate
from django.test import Client, TransactionTestCase
from django.test.utils import setup_databases, teardown_databases
from hypothesis import settings as hypothesis_settings

from apst.accounts.models import Membership, User
from apst.people.models import Post, PostSite, Specialist
from apst.places.models import CalendarEntry, Establishment, Site
from apst.tenancy.checks import login_faults
from apst.tenancy.context import acting_as_system
from apst.tenancy.models import LocalAuthority, Taskforce
from tests import clock

# How long an example takes says how busy the machine is.
hypothesis_settings.register_profile("taskforce", deadline=None)
hypothesis_settings.load_profile("taskforce")


def pytest_configure() -> None:
    """The day is set before the tests are collected: their modules ask for it too."""
    clock.start()


# What takes longest begins first: at the end one worker would wait for the other.
LONG = ("test_every_page.py", "test_mutation.py", "test_every_route.py", "test_fuzz.py", "test_canary.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long tests first, each file in its own order."""
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


def pytest_collection_finish() -> None:
    """What was imported stays to the end: looking through it again and again took a fifteenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def pytest_unconfigure() -> None:
    """Whoever started the tests has the machine's time again."""
    clock.stop()


KEPT = {"tenancy_localauthority", "django_migrations", "django_content_type", "auth_permission"}


def _empty_as_migrator(self: TransactionTestCase) -> None:
    """The application's login may empty nothing, so the migrator does, keeping what migrations brought.

    Few tables have a row after a test, and truncating two hundred takes most of a second.
    """
    with psycopg.connect(
        **connections["owner"].get_connection_params() | {"cursor_factory": psycopg.Cursor}
    ) as connection:
        rows = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        tables = [name for (name,) in rows if name not in KEPT]
        has_rows = " union all ".join(f"select '{name}' where exists (select from \"{name}\")" for name in tables)
        filled = [name for (name,) in connection.execute(has_rows).fetchall()]
        if not filled:
            return
        # Their triggers would write to the audit trail what is removed here.
        connection.execute("; ".join(f'alter table "{name}" disable trigger user' for name in filled))
        # One statement: keys are looked at when it ends.
        gone = ", ".join(f'd{n} as (delete from "{name}")' for n, name in enumerate(filled))
        connection.execute(f"with {gone} select")
        connection.execute("set constraints all immediate")
        connection.execute("; ".join(f'alter table "{name}" enable trigger user' for name in filled))


TransactionTestCase._fixture_teardown = _empty_as_migrator


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,  # where two workers share the server, each has a database of its own
    django_db_blocker: pytest_django.DjangoDbBlocker,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[None]:
    """The migrator makes the database; the application's two connections are pointed at it."""
    pre_migrate.connect(clock.set_up_in_database)
    with django_db_blocker.unblock():
        made = setup_databases(
            verbosity=0,
            interactive=False,
            aliases=set(connections),
            serialized_aliases=set(),
            keepdb=django_db_keepdb and not django_db_createdb,
        )
        clock.set_up_functions("owner")
    yield
    with django_db_blocker.unblock():
        for connection in connections.all():
            connection.close()
        if not django_db_keepdb:
            teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def _restricted_login(request: pytest.FixtureRequest) -> None:
    """Nothing proves anything if the tests' login could read across taskforces."""
    request.getfixturevalue("django_db_setup")
    blocker = request.getfixturevalue("django_db_blocker")
    with blocker.unblock():
        assert login_faults() == []


@pytest.fixture(scope="session")
def media_folder(tmp_path_factory):
    """Where the documents of the tests lie."""
    return tmp_path_factory.mktemp("media")


@pytest.fixture(autouse=True)
def _plain_settings(settings, media_folder) -> Iterator[None]:
    settings.STORAGES = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {**settings.STORAGES["default"]["OPTIONS"], "location": str(media_folder)},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CELERY_TASK_ALWAYS_EAGER = True
    yield
    cache.clear()


HALF_TERMS_2025 = (
    ("autumn-1", "2025-09-02", "2025-10-24"),
    ("autumn-2", "2025-11-03", "2025-12-19"),
    ("spring-1", "2026-01-05", "2026-02-13"),
    ("spring-2", "2026-02-23", "2026-03-27"),
    ("summer-1", "2026-04-13", "2026-05-22"),
    ("summer-2", "2026-06-01", "2026-07-21"),
)
HALF_TERMS_2026 = (
    ("autumn-1", "2026-09-02", "2026-10-23"),
    ("autumn-2", "2026-11-02", "2026-12-18"),
    ("spring-1", "2027-01-04", "2027-02-12"),
    ("spring-2", "2027-02-22", "2027-03-25"),
    ("summer-1", "2027-04-12", "2027-05-28"),
    ("summer-2", "2027-06-07", "2027-07-22"),
)


def make_taskforce(slug: str, name: str, la_code: str = "384") -> Taskforce:
    """A taskforce with two years of calendar, entered by its system."""
    taskforce = Taskforce.objects.create(
        slug=slug, name=name, local_authority=LocalAuthority.objects.get(code=la_code), began_on=dt.date(2025, 9, 1)
    )
    with acting_as_system(taskforce):
        for year, half_terms in (("2025-26", HALF_TERMS_2025), ("2026-27", HALF_TERMS_2026)):
            CalendarEntry.objects.bulk_create(
                CalendarEntry(academic_year=year, kind="half_term", name=part, starts_on=starts, ends_on=ends)
                for part, starts, ends in half_terms
            )
    return taskforce


def make_member(taskforce: Taskforce, role: str, email: str, name: str, **fields) -> User:
    """An account with one membership of the taskforce; its `membership` attribute is that row."""
    user = User.objects.create_user(email, "a long enough password", name=name)
    with acting_as_system(taskforce):
        user.membership = Membership.objects.create(
            user=user,
            role=role,
            name=name,
            email=email,
            starts_on=dt.date(2025, 9, 1),
            may_decide=role == "manager",
            **fields,
        )
    return user


def make_post(
    taskforce: Taskforce, user: User | None, reference: str, specialist_type: str, *, name: str = "", sites=(), **fields
) -> Post:
    """A post of a specialist, and the specialist where there is none yet."""
    with acting_as_system(taskforce):
        name = name or user.name
        specialist = Specialist.objects.filter(name=name).first() or Specialist.objects.create(
            name=name, email=user.email if user else "", user=user
        )
        fields = {"fte_hundredths": 100, "start_date": dt.date(2025, 9, 1), "employment": "direct", **fields}
        post = Post.objects.create(
            specialist=specialist, reference=reference, specialist_type=specialist_type, **fields
        )
        for site in sites:
            PostSite.objects.create(post=post, site=site)
    return post


@pytest.fixture
def northgate(db) -> Taskforce:
    """The taskforce that the stories are about; its sites are `centre` and `riverside`, its school `school`."""
    taskforce = make_taskforce("northgate", "Northgate Taskforce")
    with acting_as_system(taskforce):
        taskforce.school = Establishment.objects.create(urn="100001", name="Northgate AP Academy", kind="ap_academy")
        taskforce.mainstream = Establishment.objects.create(urn="100002", name="Hillside School", kind="mainstream")
        taskforce.centre = Site.objects.create(name="Northgate Centre", establishment=taskforce.school)
        taskforce.riverside = Site.objects.create(name="Riverside")
    return taskforce


@pytest.fixture
def cast(northgate) -> SimpleNamespace:
    """One person a role at Northgate. Each has `.membership`; the three specialists have `.post` too."""
    people = SimpleNamespace(
        manager=make_member(northgate, "manager", "manager@northgate.example", "Maya Thornton"),
        specialist=make_member(northgate, "specialist", "specialist@northgate.example", "Sam Okafor"),
        riverside=make_member(northgate, "specialist", "riverside@northgate.example", "Priya Shah", case_reach="sites"),
        allocated=make_member(northgate, "specialist", "police@northgate.example", "Lee Marsh", case_reach="allocated"),
        dsl=make_member(northgate, "dsl", "dsl@northgate.example", "Dana Webb"),
        slt=make_member(northgate, "slt", "slt@northgate.example", "Helen Price"),
        school_staff=make_member(northgate, "school_staff", "teacher@hillside.example", "Tom Ellis"),
        ig_lead=make_member(northgate, "ig_lead", "dpo@northgate.example", "Ines Lobo"),
        coordinator=make_member(northgate, "coordinator", "office@northgate.example", "Carol Dean"),
    )
    people.specialist.post = make_post(northgate, people.specialist, "SP01", "speech_language_therapist")
    people.riverside.post = make_post(
        northgate, people.riverside, "SP02", "youth_worker", sites=[northgate.riverside], fte_hundredths=60
    )
    people.allocated.post = make_post(
        northgate, people.allocated, "SP03", "police", allocated_only=True, fte_hundredths=20
    )
    return people


@pytest.fixture
def southgate(db) -> Taskforce:
    """Another taskforce, of which nobody at Northgate may see a row."""
    taskforce = make_taskforce("southgate", "Southgate Taskforce", la_code="383")
    with acting_as_system(taskforce):
        taskforce.site = Site.objects.create(name="Southgate Centre")
    return taskforce


@pytest.fixture
def omar(southgate) -> User:
    """The manager of Southgate."""
    return make_member(southgate, "manager", "omar@southgate.example", "Omar Haddad")


@pytest.fixture
def client_for() -> Callable[..., Client]:
    """Give a signed-in client: `client_for(cast.manager, northgate)`."""

    def sign_in(user: User, taskforce: Taskforce) -> Client:
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.session
        session["taskforce"] = taskforce.pk
        session.save()
        return client

    return sign_in
