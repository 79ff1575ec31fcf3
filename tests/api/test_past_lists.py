"""Old books over HTTP: checked, mapped, people chosen, written and undone; closed to those without the right."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.world import World

BOOK = "Tháng,Ai viết,Tên bài,Nhuận bút\n03/2020,Người Của Sổ,Mùa gặt,50.000\n04/2020,Người Của Sổ,Hội làng,\n"


def checked(client: Any, book: str = BOOK) -> dict[str, Any]:
    file = SimpleUploadedFile("so.csv", book.encode())
    answer = client.post("/api/v1/past-lists/check/", {"file": file}, format="multipart")
    assert answer.status_code == 201
    return dict(answer.json())


def test_a_book_is_taken_in_and_undone(world: World, as_: Any) -> None:
    head = as_("head")
    made = checked(head)
    assert (made["preview"], sorted(made["headings"])) == (None, sorted(["Tháng", "Ai viết", "Tên bài", "Nhuận bút"]))
    at = f"/api/v1/past-lists/{made['id']}/"
    unsaid = head.post(f"{at}confirm/", {"seen": "x"})
    assert (unsaid.status_code, unsaid.json()["code"]) == (409, "past_columns_open")
    columns = {"month": "Tháng", "person": "Ai viết", "title": "Tên bài", "amount": "Nhuận bút"}
    preview = head.post(f"{at}columns/", columns).json()["preview"]
    [doubt] = preview["doubts"]
    assert (doubt["name"], doubt["rows"], doubt["choice"], doubt["candidates"]) == ("Người Của Sổ", 2, "", [])
    assert [month["amount"] for month in preview["months"]] == [50_000, 0]
    preview = head.post(f"{at}people/", {"choices": {doubt["key"]: "new"}}).json()["preview"]
    done = head.post(f"{at}confirm/", {"seen": preview["seen"]}).json()
    assert (done["state"], done["written"], done["preview"]) == ("done", 2, None)
    figures = head.get("/api/v1/output/?from=2020-01-01&until=2021-01-01").json()["figures"]
    assert (figures["news"], figures["from_books"]) == (2, 2)
    assert head.post(f"{at}undo/", {"reason": "Nhầm năm"}).json()["state"] == "undone"
    assert head.get(at).json()["state"] == "undone"
    assert [row["state"] for row in head.get("/api/v1/past-lists/").json()] == ["undone"]


def test_problems_are_named_and_a_file_is_given_up(world: World, as_: Any) -> None:
    head = as_("head")
    at = f"/api/v1/past-lists/{checked(head, BOOK + '13/2020,Lan,x,y')['id']}/"
    preview = head.post(f"{at}columns/", {"month": "Tháng", "person": "Ai viết", "amount": "Nhuận bút"}).json()[
        "preview"
    ]
    assert preview["problems"] == [
        {"row": 4, "column": "month", "problem": "month"},
        {"row": 4, "column": "amount", "problem": "amount"},
    ]
    assert head.post(f"{at}discard/").json()["state"] == "discarded"
    assert as_("writer").get("/api/v1/past-lists/").status_code == 403
    assert as_("lan").get(at).status_code == 403
