"""Why a return cannot be built or shown."""


class ReturnRefused(Exception):
    """The return cannot be made for this period; the text says why, and what would mend it."""


class FiguresFrozen(Exception):
    """The return has been signed: its figures are not built again. An amendment is a new version."""


class PdfUnavailable(Exception):
    """This machine cannot draw PDFs; the text says so plainly."""
