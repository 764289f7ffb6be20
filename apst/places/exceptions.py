"""What can be wrong with a place or a calendar; the text is for the person."""


class PlacesError(Exception):
    """The act is not possible; its text says why."""


class KnownName(PlacesError):
    """Another site has this name."""


class KnownUrn(PlacesError):
    """Another establishment has this URN."""


class CalendarClash(PlacesError):
    """A half-term that overlaps another, is out of order or outside its year."""


class KnownSlug(PlacesError):
    """Another taskforce has this slug."""
