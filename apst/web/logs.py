"""What stands in the logs: ids, never names, and nothing of a record."""

import logging
import re
from typing import Final

# PostgreSQL quotes the row that it refuses. Whatever follows, up to the next part of the traceback, is a record's text.
_DETAIL: Final = re.compile(
    r"^(DETAIL|CONTEXT):.*?(?=^(?:Traceback|The above exception|During handling)|\Z)", re.MULTILINE | re.DOTALL
)


class WithoutRecords(logging.Formatter):
    """Formats a line and its traceback without what a database error quotes of the record."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line; `DETAIL` and `CONTEXT` of a database error are left out."""
        return _DETAIL.sub("(what the record says is left out)\n", super().format(record)).rstrip()
