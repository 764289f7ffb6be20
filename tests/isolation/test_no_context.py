"""Without a context there is nothing: in a view, a thread, a hook after the commit, a command, a task, raw SQL."""

import threading

import pytest
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import ProgrammingError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from apst.people.models import Pupil
from apst.tenancy.context import ContextError, acting_as_system, acting_for, current
from tests.factories import make_pupil

DENIED = "permission denied"


@pytest.fixture
def pupil(northgate):
    with acting_as_system(northgate):
        return make_pupil()


def test_in_a_view_that_nobody_guarded(pupil):
    def view(request):
        return HttpResponse(Pupil.objects.count())

    with pytest.raises(ProgrammingError, match=DENIED), transaction.atomic():
        view(RequestFactory().get("/"))


@pytest.mark.django_db(transaction=True)
def test_in_a_thread_that_a_view_starts(cast, northgate):
    found = []

    def count():
        try:
            found.append(Pupil.objects.count())
        except ProgrammingError as error:
            found.append(str(error))
        finally:
            connection.close()

    with acting_for(northgate, cast.manager):
        make_pupil()
        thread = threading.Thread(target=count)
        thread.start()
        thread.join()
    assert DENIED in found[0]


@pytest.mark.django_db(transaction=True)
def test_in_a_hook_after_the_commit(cast, northgate):
    found = []

    def hook():
        try:
            Pupil.objects.count()
        except ProgrammingError as error:
            found.append(str(error))

    with acting_for(northgate, cast.manager):
        transaction.on_commit(hook)
    assert DENIED in found[0]


def test_in_a_command_that_opens_no_taskforce(pupil):
    class Command(BaseCommand):
        requires_system_checks = ()

        def handle(self, *args, **options):
            return str(Pupil.objects.count())

    with pytest.raises(ProgrammingError, match=DENIED), transaction.atomic():
        call_command(Command())


def test_in_raw_sql(pupil):
    with pytest.raises(ProgrammingError, match=DENIED), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select * from people_pupil")


def test_the_default_of_a_row_needs_one(db):
    with pytest.raises(ProgrammingError, match=DENIED), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select app.tenant()")


def test_nothing_is_current(db):
    with pytest.raises(ContextError):
        current()
