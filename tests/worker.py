"""`python -m tests.worker -A apst worker ...`: Celery's own command, in the time of the tests."""

import os
import sys

import django
from celery.__main__ import main

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "apst.settings")
    django.setup()
    from tests import clock  # knows the calendar, which is a model

    clock.start()
    sys.exit(main())
