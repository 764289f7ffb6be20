"""`python -m tests.worker worker ...`: Celery's own command, in the time of the tests."""

import sys

from celery.__main__ import main

from tests import clock

if __name__ == "__main__":
    clock.start()
    sys.exit(main())
