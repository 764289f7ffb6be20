"""What the logs must not hold: an address that is a key by itself."""

import logging
import re

# Invitations, calendars and new passwords: the part behind the word lets its holder in.
SECRET = re.compile(r"(/(?:calendar|invitations|password/reset/key)/)[^/\s]+")


class NoSecrets(logging.Filter):
    """Blots out secret parts of addresses, wherever in a record they stand; Django logs the path of what failed."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        clean = SECRET.sub(r"\1-", said)
        if clean != said:
            record.msg, record.args = clean, ()
        return True
