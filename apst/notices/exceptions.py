"""What can be wrong with a choice; the text is for the person."""


class ChangedMeanwhile(Exception):
    """Another tab has saved since the page was opened."""
