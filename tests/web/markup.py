"""HTML as a comparable outline: attributes and classes in order, white space and nothing else left out."""

from html.parser import HTMLParser

VOID = {"input", "br", "path", "rect", "circle", "img", "meta", "link"}


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag, attrs):
        kept = sorted(
            (name, " ".join(sorted((value or "").split()) if name == "class" else (value or "").split()))
            for name, value in attrs
        )
        said = "".join(f' {name}="{value}"' for name, value in kept)
        self.lines.append("  " * self.depth + f"<{tag}{said}>")
        if tag not in VOID:
            self.depth += 1

    def handle_endtag(self, tag):
        if tag not in VOID:
            self.depth -= 1

    def handle_data(self, data):
        if words := " ".join(data.split()):
            self.lines.append("  " * self.depth + words)


def outline(html: str) -> list[str]:
    parser = _Outline()
    parser.feed(html)
    return parser.lines
