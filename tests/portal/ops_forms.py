"""What a browser would send of a form as it stands on a page."""

from html.parser import HTMLParser


class Form(HTMLParser):
    """The inputs of the page's forms: `values` by name, as a submit without a button sends them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = self._area = ""
        self._first = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "input" and given.get("type") == "checkbox":
            if "checked" in given:
                self.values[name] = "on"
        elif tag == "input" and name and given.get("type") != "file":
            self.values[name] = value
        elif tag == "textarea":
            self._area, self._first = name, True
            self.values[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in given or self._select not in self.values):
            self.values[self._select] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:  # the first line feed is the tag's own
            self.values[self._area] += data.removeprefix("\n") if self._first else data
            self._first = False
