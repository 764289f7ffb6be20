"""References that people can say aloud, such as C-12."""

from django.db import connection


def next_reference(kind: str) -> str:
    """Give the next free reference of the open taskforce; two people at once get two.

    kind  "referral", "case" or "session". What is made on a page gets "S-" and a number (`spec/imports.md`), a case
          "C-".
    """
    with connection.cursor() as cursor:
        cursor.execute("select app.next_reference(%s)", [kind])
        return str(cursor.fetchone()[0])
