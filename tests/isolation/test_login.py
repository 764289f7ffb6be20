"""The application refuses to start with a login that could read across taskforces."""

from urllib.parse import urlsplit

import pytest
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from apst.tenancy.checks import login_cannot_bypass, login_faults


def test_the_login_is_no_superuser_owner_or_heir(db):
    assert login_faults() == []
    assert login_cannot_bypass(databases=["default"]) == []


@pytest.mark.parametrize(
    ("login", "fault"), [("superuser", "is a superuser"), ("migrator", "is a member of more than the scope roles")]
)
def test_another_login_is_refused_in_words(db, settings, login, fault):
    url = urlsplit({"superuser": settings.BOOTSTRAP_DATABASE_URL, "migrator": settings.MIGRATE_DATABASE_URL}[login])
    ours = connections["default"]
    connections["default"] = wrong = DatabaseWrapper(
        {**ours.settings_dict, "USER": url.username, "PASSWORD": url.password}, alias="default"
    )
    try:
        messages = login_cannot_bypass(databases=["default"])
    finally:
        wrong.close()
        connections["default"] = ours

    assert fault in " ".join(message.msg for message in messages)


def test_backup_reads_all_or_the_application_nothing(db):
    with connections["default"].cursor() as cursor, pytest.raises(Exception, match="permission denied"):
        cursor.execute("copy people_pupil to stdout")
