"""What still hangs on posts that end, as the packages further along the journey know it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.timezone import localdate

from apst.people.models import Post


@dataclass(frozen=True)
class StillHanging:
    """A post that has ended or will, and in words what nobody has taken over: "2 open cases and 1 planned session"."""

    post: Post
    what: str
    number: int

    @property
    def words(self) -> str:
        """The whole sentence."""
        day: dt.date = self.post.end_date or localdate()
        verb = "hangs" if self.number == 1 else "hang"
        end = f"ended on {day:%-d %B %Y}" if day < localdate() else f"ends on {day:%-d %B %Y}"
        return f"{self.what} still {verb} on the post of {self.post}, which {end}."


# Gives what hangs on the posts that end, the earliest end first. People come before cases and know none.
Teller = Callable[[], list[StillHanging]]
_tellers: list[Teller] = []


def tells_what_hangs(teller: Teller) -> Teller:
    """Register who knows what hangs on posts that end."""
    _tellers.append(teller)
    return teller


def still_hanging(post: Post | None = None) -> list[StillHanging]:
    """Give what still hangs on posts that have ended or have an end, or on one of them."""
    return [one for teller in _tellers for one in teller() if post is None or one.post == post]
