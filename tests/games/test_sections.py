import pytest

from games.models import Stage
from games.sections import ORDER, CompileContext, Faults, Section, all_sections, register, sections_by_need


def test_faults_carry_their_path() -> None:
    faults = Faults()
    faults.add("no JSON")
    faults.at("messages[2].title").add("too long")
    faults.at("messages").at(2).at("title").add("too long")
    faults.at("scripts").key("event/ö\n").add("unknown")
    assert faults.found == [
        "document: no JSON",
        "messages[2].title: too long",
        "messages[2].title: too long",
        'scripts["event/\\u00f6\\n"]: unknown',
    ]


def test_sections_come_in_the_documents_order() -> None:
    names = [section.name for section in all_sections()]
    assert names == [name for name in ORDER if name in names]


def test_sections_by_need_put_the_needed_first() -> None:
    seen: set[str] = set()
    for section in sections_by_need():
        assert [name for name in section.needs if name not in seen] == []
        seen.add(section.name)


def test_register_refuses_an_unknown_name() -> None:
    class Weather(Section):
        name = "weather"

    with pytest.raises(ValueError, match="weather is not a section of the game document"):
        register(Weather())


def test_section_defaults_are_an_empty_list_kept_as_it_is() -> None:
    section = Section()
    context = CompileContext(game_id=1, stage_id=2, stage="preview")
    assert section.empty() == []
    assert section.compile(["a"], context) == ["a"]
    assert section.seed(Stage(), [], None) is None
