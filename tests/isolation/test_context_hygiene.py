"""A context ends with its transaction, whatever happens inside, and leaves nothing on the connection."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from django.db import ProgrammingError, connection, connections, transaction

from apst.people.models import Pupil
from apst.tenancy.context import acting_as_system, acting_for, is_open
from tests.factories import make_pupil


class Boom(Exception):
    pass


def make_a_pupil_and_fail():
    make_pupil()
    raise Boom


def closed() -> bool:
    """True where the connection has no context left."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_user = session_user and coalesce(current_setting('app.tenant_id', true), '') = ''"
        )
        return cursor.fetchone()[0] and not is_open()


def test_after_an_exception(cast, northgate):
    with pytest.raises(Boom), acting_for(northgate, cast.manager):
        make_a_pupil_and_fail()
    assert closed()
    with acting_as_system(northgate):
        assert not Pupil.objects.exists()


def test_after_a_savepoint_is_kept_or_taken_back(cast, northgate):
    with acting_for(northgate, cast.manager):
        with transaction.atomic():
            make_pupil()
        with pytest.raises(Boom), transaction.atomic():
            make_a_pupil_and_fail()
        assert Pupil.objects.count() == 1
    assert closed()


@pytest.mark.django_db(transaction=True)
def test_one_request_after_another_on_one_connection(cast, northgate, omar, southgate):
    with acting_for(northgate, cast.manager):
        make_pupil()
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        first = cursor.fetchone()
    with acting_for(southgate, omar):
        assert Pupil.objects.count() == 0
        with connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            assert cursor.fetchone() == first
    assert closed()


@pytest.mark.django_db(transaction=True)
def test_a_membership_that_ended_opens_nothing_from_the_next_request_on(cast, northgate):
    with acting_for(northgate, cast.specialist):
        pass
    with acting_as_system(northgate):
        membership = cast.specialist.membership
        membership.ends_on = membership.starts_on
        membership.save()
    with pytest.raises(ProgrammingError, match="no live membership"), acting_for(northgate, cast.specialist):
        pass


@pytest.fixture
def pooled(transactional_db, tmp_path):
    """A pgbouncer in transaction mode with one server connection for everybody."""
    program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
    ours = connections["default"].settings_dict
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    users = tmp_path / "users.txt"
    users.write_text(f'"{ours["USER"]}" "{ours["PASSWORD"]}"\n')
    config = tmp_path / "pgbouncer.ini"
    config.write_text(
        f"[databases]\npool = host={ours['HOST']} port={ours['PORT']} dbname={ours['NAME']}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = plain\nauth_file = {users}\n"
        "pool_mode = transaction\ndefault_pool_size = 1\nunix_socket_dir =\n"
    )
    if os.geteuid() == 0:  # pgbouncer will not run as root
        tmp_path.chmod(0o755)
        shared = Path(tempfile.gettempdir())
        for folder in tmp_path.parents:
            if shared in folder.parents and folder.owner() == "root":
                folder.chmod(0o755)
    command = [program, "-u", "nobody", str(config)] if os.geteuid() == 0 else [program, str(config)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        yield lambda: _reach(port, ours)
    finally:
        process.terminate()
        process.wait(10)
        process.stderr.close()


def _reach(port: int, ours: dict) -> psycopg.Connection:
    for _ in range(100):
        try:
            return psycopg.connect(
                host="127.0.0.1",
                port=port,
                user=ours["USER"],
                password=ours["PASSWORD"],
                dbname="pool",
                prepare_threshold=None,
            )
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise AssertionError("pgbouncer did not answer")


@pytest.mark.pgbouncer
def test_two_clients_interleaved_over_one_pooled_connection(cast, northgate, omar, southgate, pooled):
    with acting_as_system(northgate):
        make_pupil()
    first, second = pooled(), pooled()
    try:
        first.execute("select set_config('role', app.enter(%s, %s), true)", [cast.manager.pk, northgate.pk])
        assert first.execute("select count(*) from people_pupil").fetchone() == (1,)
        first.commit()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            second.execute("select count(*) from people_pupil")
        second.rollback()
        second.execute("select set_config('role', app.enter(%s, %s), true)", [omar.pk, southgate.pk])
        assert second.execute("select count(*) from people_pupil").fetchone() == (0,)
        second.commit()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            first.execute("select count(*) from people_pupil")
    finally:
        first.close()
        second.close()
