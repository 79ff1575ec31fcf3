from django.test import RequestFactory

from config.health import alive


def test_alive_answers_without_database():
    """No `db` mark on this test: pytest-django refuses any query."""
    answer = alive(RequestFactory().get("/healthz"))
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert answer["Cache-Control"] == "no-store"


def test_alive_refuses_to_be_written_to():
    assert alive(RequestFactory().post("/healthz")).status_code == 405
