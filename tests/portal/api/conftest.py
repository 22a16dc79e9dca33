"""A game with its people. Models are imported inside: this file loads before Django is set up."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.portal.web.people import People


@pytest.fixture
def people(db: None) -> "People":
    from tests.portal.web.people import make_people

    return make_people("ours")
