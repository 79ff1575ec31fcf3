"""Every page says what stands above it: over the whole map of addresses, none forgotten, none that leads nowhere."""

from __future__ import annotations

import re
from string import Formatter

from django.urls import resolve

from tests.web.conftest import texts
from tests.web.pages import EVERYBODY, OPEN_TO_ALL, PAGES, PROVED_FIRST, one_of_each
from web.trail import ALONE, PARENTS, PLACES, TOP, name_of

TRAIL = re.compile(r'<nav class="trail" aria-label="[^"]+"><ol>(.*?)</ol></nav>', re.DOTALL)


def sample_names() -> set[str]:
    things = {name for page in PAGES for _, name, _, _ in Formatter().parse(page) if name}
    sample = dict.fromkeys(things, "01a207cd-eb83-746d-8361-0e00a25519f9") | {"credit": "1"}
    return {name_of(resolve(page.format(**sample).split("?")[0])) for page in [*PAGES, *PROVED_FIRST]}


def test_every_page_has_a_parent_or_stands_on_top():
    """A new page says in web/trail.py what stands above it (PARENTS), that it is on top (TOP), or alone (ALONE)."""
    known = set(PARENTS) | TOP | ALONE
    assert sorted(sample_names() - known - OPEN_TO_ALL) == []
    assert (set(PARENTS) & TOP) | (set(PARENTS) & ALONE) | (TOP & ALONE) == set()


def test_every_parent_is_a_place_that_ends_on_top():
    for page, parents in PARENTS.items():
        for parent in parents:
            above, seen = parent, {page}
            while above not in TOP:
                assert above not in seen, page
                seen.add(above)
                above = PARENTS[above][0]
        assert any(parent in PLACES for parent in parents), page
    assert set(PLACES) <= set(PARENTS) | TOP


def test_trail_leads_only_where_one_may_go(world, work_jobs, as_):
    """Each page of those with parents, as the first of the people that it is for."""
    things = one_of_each(world, work_jobs)
    clients = {name: as_(name) for name in EVERYBODY}
    wrong, leads = [], set()
    for page, people in PAGES.items():
        address = page.format(**things)
        if name_of(resolve(address.split("?")[0])) not in PARENTS:
            continue
        answer = clients[people[-1]].get(address)
        if answer.status_code == 302:  # a link that only leads on
            continue
        found = TRAIL.search(texts(answer))
        steps = re.findall(r'href="([^"]+)"', found[1]) if found else []
        leads |= {(people[-1], step) for step in steps}
        wrong += [(page, people[-1])] if not steps else []
    wrong += [(name, step) for name, step in sorted(leads) if clients[name].get(step).status_code != 200]
    assert wrong == [], wrong
    assert len(leads) > 40


def test_steps_are_called_by_the_thing_itself(world, as_):
    run = world.run()
    page = texts(as_("accountant").get(f"/runs/{run.public_id}/cancel/"))
    assert re.findall(r">([^<]+)</a>", TRAIL.search(page)[1]) == ["Kỳ chi trả", run.label]
    assert TRAIL.search(texts(as_("head").get("/desk/"))) is None
