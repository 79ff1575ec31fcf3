"""The living page shows every component, by the very template that pages include."""

from __future__ import annotations

from pathlib import Path

from django.template.base import Template
from django.test import Client

from tests.web.conftest import texts

COMPONENTS = sorted(path.name for path in Path("web/templates/web/components").glob("*.html"))


def test_every_component_is_shown_on_the_style_page(db, monkeypatch):
    """By what the page renders, not by what it names: an include inside another counts where it is reached."""
    rendered: set[str] = set()
    plain = Template.render

    def noting(self, context):
        rendered.add(Path(str(self.name)).name)
        return plain(self, context)

    monkeypatch.setattr(Template, "_render", lambda self, context: self.nodelist.render(context))
    monkeypatch.setattr(Template, "render", noting)
    page = texts(Client().get("/style/"))
    assert [name for name in COMPONENTS if name not in rendered] == []
    for state in ('aria-invalid="true"', "disabled", 'aria-disabled="true"', "data-busy", 'class="card empty"'):
        assert state in page, state
