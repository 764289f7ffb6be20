"""Reading emails that came back: delivery status notifications (RFC 3464), as a mailbox keeps them."""

import datetime as dt
import email
import mailbox
from collections.abc import Iterator
from contextlib import closing
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

LONG_AGO: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def messages_in(path: Path) -> Iterator[Message]:
    """Give the emails of a file: one email, or a mailbox in the format mbox."""
    with path.open("rb") as file:
        is_mailbox = file.read(5) == b"From "
    if is_mailbox:
        with closing(mailbox.mbox(path, create=False)) as box:
            yield from box
    else:
        yield email.message_from_bytes(path.read_bytes())


def failed_recipients(message: Message) -> list[str]:
    """Give the addresses that a notification says failed for good (action "failed", status 5.x.x); none for any other
    email, or one that only says "delayed".
    """
    if message.get_content_type() != "multipart/report" or message.get_param("report-type") != "delivery-status":
        return []
    found = []
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        # The parser gives one message of header lines for the whole email and one for each recipient.
        for said in part.get_payload():
            if not isinstance(said, Message) or said.get("Action", "").strip().lower() != "failed":
                continue
            kind, _, address = said.get("Final-Recipient", "").partition(";")
            if said.get("Status", "").strip().startswith("5") and kind.strip().lower() == "rfc822" and address.strip():
                found.append(address.strip().strip("<>"))
    return found


def sent_at(message: Message) -> dt.datetime:
    """Give when an email was sent; long ago where it does not say."""
    try:
        at = parsedate_to_datetime(message.get("Date", ""))
    except ValueError:
        return LONG_AGO
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)
