"""A press that was sent twice has one effect, whichever verb it is; of twenty who write at once, one does.

Through the whole API, with real threads on PostgreSQL. Ten thousand and a thousand of each by `make long`.
"""

from __future__ import annotations

import itertools
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from rest_framework.test import APIClient

from api import idempotency
from contributors import clock, genres
from contributors.models import Event, FeedKey, Invitation, KeptAnswer, Topic
from payments.models import Run
from tests.contributors.states import HOUR
from tests.races.test_codes import at_once

API = "/api/v1"
TWENTY = 20
Ask = tuple[str, str, dict]


@pytest.fixture(autouse=True)
def _one_hour(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    with clock.at(HOUR):
        yield


def client_of(world, name: str) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.force_authenticate(world.accounts[name])
    return client


def asks(world) -> dict[str, Callable[[int], Ask]]:
    """Verbs of several kinds: (who, address, body) of the n-th press. None but the call has a key of its own."""
    deadline = (HOUR + timedelta(days=5)).isoformat()

    def withdraw(_number: int) -> Ask:
        return "lan", f"pieces/{world.draft(by='lan').public_id}/withdraw/", {"version": 1}

    def feed_key(number: int) -> Ask:
        FeedKey.objects.filter(revoked_at__isnull=True).update(revoked_at=HOUR)  # an office has some at most
        return "head", "feed-keys/", {"name": f"Trang {number}"}

    return {
        "invitation": lambda number: ("head", "invitations/", {"unit": str(world.unit.public_id), "note": f"{number}"}),
        "withdraw": withdraw,
        "feed key": feed_key,
        "call": lambda number: (
            "head",
            "calls/",
            {"client_key": str(uuid.uuid4()), "title": f"Đặt {number}", "deadline": deadline, "units": []},
        ),
    }


def press_twice(world, ask: Ask, key: str) -> tuple[list[tuple[int, str]], tuple[int, str]]:
    """Statuses and codes of two at once, and of one more when they are through."""
    name, address, body = ask
    headers = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}

    def one(_number: int = 0) -> tuple[int, str]:
        answer = client_of(world, name).post(f"{API}/{address}", body, format="json", **headers)
        refused = answer.json()["code"] if answer.status_code >= 400 else ""
        return answer.status_code, refused

    return at_once(one, 2), one()


def effects(world) -> dict[str, int]:
    return {
        "invitation": Invitation.objects.count(),
        "withdraw": Event.objects.filter(kind="piece.withdraw").count(),
        "feed key": FeedKey.objects.count(),
        "call": Event.objects.filter(kind="call.made").count(),
    }


def double_submissions(world, rounds: int) -> None:
    verbs = asks(world)
    before = effects(world)
    for number, verb in zip(range(rounds), itertools.cycle(verbs), strict=False):
        pair, later = press_twice(world, verbs[verb](number), f"press-{number}")
        done = {"withdraw": (200, "")}.get(verb, (201, ""))
        # What may be told once is told to the first alone; the others hear that it is done.
        told = (409, "answer_not_kept") if verb == "feed key" else done
        assert done in pair, (verb, pair)
        assert set(pair) <= {done, told, (409, "request_running")}, (verb, pair)
        assert later == told, (verb, later)
    made = {verb: count - before[verb] for verb, count in effects(world).items()}
    assert sum(made.values()) == rounds, made
    assert set(made.values()) == {rounds // len(verbs)}
    assert KeptAnswer.objects.count() == rounds


def test_a_hundred_double_submissions_have_a_hundred_effects(committed_world):
    double_submissions(committed_world, 100)


@pytest.mark.long
def test_ten_thousand_double_submissions(committed_world):
    double_submissions(committed_world, 10_000)


def test_without_the_key_a_double_submission_is_done_twice(committed_world):
    """The control: the harness sees a second effect where there is one."""
    pair, later = press_twice(committed_world, asks(committed_world)["invitation"](0), "")
    assert (pair, later) == ([(201, "")] * 2, (201, ""))
    assert Invitation.objects.count() == 3


def test_without_the_lock_one_of_two_would_fail_on_the_index(committed_world, monkeypatch):
    """The unique key is the second fence: even so nothing is done twice, only the answer is worse."""
    monkeypatch.setattr(idempotency.Once, "_lock", lambda _: None)
    found = Counter()
    for number in range(10):
        pair, later = press_twice(committed_world, asks(committed_world)["invitation"](number), f"press-{number}")
        assert later == (201, "")
        found.update(pair)
    assert Invitation.objects.count() == 10
    assert found[500, "broken"] > 0


def test_a_run_is_opened_once_by_twenty_presses(committed_world):
    world = committed_world
    body = {
        "label": "Tháng 7",
        "period_from": "2026-07-01",
        "period_until": "2026-08-01",
        "payment_date": "2026-08-05",
        "fund": str(world.fund.public_id),
    }

    def one(_number: int) -> tuple[int, str]:
        answer = client_of(world, "accountant").post(f"{API}/runs/", body, format="json", HTTP_IDEMPOTENCY_KEY="run")
        return answer.status_code, answer.json().get("code") or answer.json()["id"]

    found = Counter(at_once(one, TWENTY))
    run = Run.objects.get()
    assert set(found) <= {(201, str(run.public_id)), (409, "request_running")}
    assert found[201, str(run.public_id)] >= 1
    assert KeptAnswer.objects.get().expires_at is None


def writers(world, rounds: int) -> None:
    """Each round twenty change one topic from the version that all of them saw, by header and by body in turn."""
    topic = genres.offer_topic(actor=world.actor("admin"), code="thi-dua", name="Thi đua")
    clients = [client_of(world, "admin") for _ in range(TWENTY)]
    with ThreadPoolExecutor(TWENTY) as threads:
        for number in range(rounds):
            refused = (412, "stale_version") if number % 2 == 0 else (409, "stale_version")

            def write(place: int, number: int = number) -> tuple[int, str]:
                version = number + topic.version
                body = {"name": f"Tên {number}-{place}"} | ({"version": version} if number % 2 else {})
                named = {} if number % 2 else {"HTTP_IF_MATCH": f'"{version}"'}
                try:
                    with clock.at(HOUR):
                        answer = clients[place].patch(f"{API}/topics/thi-dua/", body, format="json", **named)
                finally:
                    connection.close()
                return answer.status_code, answer.json().get("code", "") if answer.status_code != 200 else body["name"]

            found = list(threads.map(write, range(TWENTY)))
            won = [name for status, name in found if status == 200]
            lost = Counter(one for one in found if one[0] != 200)
            assert len(won) == 1, found
            assert lost == {refused: TWENTY - 1}
            assert Topic.objects.get(code="thi-dua").name == won[0]
    assert Topic.objects.get(code="thi-dua").version == topic.version + rounds


def test_of_twenty_writers_one_wins_a_hundred_times(committed_world):
    writers(committed_world, 100)


@pytest.mark.long
def test_of_twenty_writers_one_wins_a_thousand_times(committed_world):
    writers(committed_world, 1_000)


def test_without_comparing_versions_several_would_win(committed_world, monkeypatch):
    world = committed_world
    genres.offer_topic(actor=world.actor("admin"), code="thi-dua", name="Thi đua")
    real = genres._lock

    def careless(actor, noun, row, _seen):
        return real(actor, noun, row, noun.objects.select_for_update().get(pk=row.pk).version)

    monkeypatch.setattr(genres, "_lock", careless)

    def write(place: int) -> int:
        answer = client_of(world, "admin").patch(
            f"{API}/topics/thi-dua/", {"name": f"Tên {place}", "version": 1}, format="json"
        )
        return answer.status_code

    assert Counter(at_once(write, 6)) == {200: 6}
