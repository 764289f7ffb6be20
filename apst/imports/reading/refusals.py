"""What is said when a whole file cannot be read. Each message is a plain sentence, and what to do about it."""


class Refused(Exception):
    """The file as a whole is refused and nothing of it is imported; `str()` is fit for the page and the command.

    The sentence quotes headings, sheet names and places, never a cell of the data: it may end in a log.
    """


class HeadingsElsewhere(Refused):
    """There are title rows above the headings. `row` is the sheet's number of the row that looks like them."""

    def __init__(self, row: int) -> None:
        self.row = row
        super().__init__(
            f"The first row does not hold the headings; row {row} looks like them. "
            f"Delete the rows above row {row}, or choose row {row} as the headings."
        )


class MissingColumns(Refused):
    """Needed columns are not there. `missing` names them, `headings` is what the file has, `guesses` pairs the two."""

    def __init__(self, missing: list[str], headings: list[str], guesses: dict[str, str]) -> None:
        self.missing = missing
        self.headings = headings
        self.guesses = guesses
        some = "A needed column is missing: " if len(missing) == 1 else "Needed columns are missing: "
        hints = [f"“{heading}” may be {column}" for column, heading in guesses.items()]
        hint = f" ({'; '.join(hints)})" if hints else ""
        super().__init__(
            f"{some}{', '.join(missing)}{hint}. Name them in the first row, or say which headings mean them."
        )
