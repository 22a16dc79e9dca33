"""What a browser without scripts would send of a page's form."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.within = self.template = False
        self.fields: dict[str, list[str]] = {}
        self.select = self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "template":
            self.template = True
        elif tag == "form":
            self.within = given.get("id") == self.form_id
        elif not self.template and (
            given.get("form") == self.form_id or (self.within and "form" not in given)
        ):
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if "disabled" in given:
            return
        if tag == "input" and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.fields.setdefault(name, []).append(given.get("value", "on" if "checked" in given else ""))
        elif tag == "textarea":
            self.textarea = name
            self.fields[name] = [""]
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in given:
            self.fields[self.select] = [given["value"]]

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self.template = False
        elif tag == "textarea":
            self.textarea = ""
        elif tag == "form":
            self.within = False

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.fields[self.textarea][0] += data.removeprefix("\n")


def read_form(page: str, form_id: str) -> dict[str, list[str]]:
    """By name; buttons are not among them."""
    reader = _Reader(form_id)
    reader.feed(page)
    assert reader.fields, f"no form {form_id}"
    return reader.fields
