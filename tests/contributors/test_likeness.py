"""Near-duplicates: what is found of reused texts and pictures, what is wrongly shown, and that a person decides."""

from __future__ import annotations

import random
from io import BytesIO, StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image, ImageDraw, ImageEnhance

from contributors import newsroom
from contributors.alike import BITS_UP_TO, compared_pieces, pieces_alike, text_likeness
from contributors.errors import DomainError
from contributors.likeness import different_bits, picture_parts, print_piece, text_bands
from contributors.models import Job, Photo, TextPrint
from contributors.names import search_key
from contributors.photos import NewPhoto, add_photos
from contributors.pledges import current_pledge
from tests.contributors.states import piece_in

SEEDED = yaml.safe_load((Path(__file__).parent / "likeness" / "pieces.yaml").read_text(encoding="utf-8"))
DOCUMENT = Path("docs/likeness.md")


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def reused(row: dict) -> tuple[str, str]:
    """Title and body of what a hand made of an original."""
    first = SEEDED["originals"][row["of"]]
    title, body = first["title"], first["body"].strip()
    parts = body.split("\n\n")
    words = body.split(" ")
    bodies = {
        "whole": body,
        "no_marks": search_key(body),
        "capitals": body.upper(),
        "new_title": body,
        "only_title": "Bài viết có ảnh kèm theo.",
        "first_paragraph_gone": "\n\n".join(parts[1:]),
        "last_paragraph_gone": "\n\n".join(parts[:-1]),
        "one_paragraph": parts[1],
        "new_lead": "\n\n".join([row.get("text", ""), *parts]),
        "retold": row.get("text", ""),
        "paragraphs_turned": "\n\n".join(reversed(parts)),
        "inside_longer": "\n\n".join([body, *(SEEDED["originals"][other]["body"] for other in row.get("others", ()))]),
        "words_changed": " ".join("việc" if nth % row.get("each", 9) == 3 else word for nth, word in enumerate(words)),
    }
    return row.get("title", title if row["how"] != "inside_longer" else "Chuyện trong tuần"), bodies[row["how"]]


def sent(world, title: str, body: str, by: str = "lan"):
    piece = world.submitted(by, title=title, body=body)
    print_piece(Job.objects.get(task="contributors.print_piece", arguments={"piece_id": piece.pk}))
    return piece


def counted(world) -> dict[str, tuple[int, int]]:
    originals = {name: sent(world, row["title"], row["body"]) for name, row in SEEDED["originals"].items()}
    names = {piece.pk: name for name, piece in originals.items()}
    found = {}
    for row in SEEDED["same"]:
        piece = world.draft("hoa", title=reused(row)[0], body=reused(row)[1])
        found[f"{row['of']} {row['how']} {row.get('each', '')}".strip()] = row["of"] in {
            names.get(alike.piece.pk) for alike in pieces_alike(piece)
        }
    wrong = {}
    for row in SEEDED["other"]:
        piece = world.draft("hoa", title=row["title"], body=row["body"])
        wrong[row["title"]] = len(pieces_alike(piece))
    missed = [name for name, was in found.items() if not was]
    shown = [title for title, count in wrong.items() if count]
    return {
        "found": (len(found) - len(missed), len(found)),
        "wrong": (len(shown), len(wrong)),
        "names": (missed, shown),
    }


def test_the_seeded_set_shows_what_is_found_and_what_is_wrongly_shown(cell):
    result = counted(cell)
    assert result == {
        "found": (13, 15),
        "wrong": (2, 9),
        "names": (
            ["vaccine words_changed 5", "music retold"],
            [
                "Ấp Tân Lợi ra quân làm sạch tuyến đường nông thôn",
                "Xã hoàn thành đợt tiêm phòng cúm gia cầm vụ đông xuân",
            ],
        ),
    }
    told = DOCUMENT.read_text(encoding="utf-8")
    assert "13 of 15" in told
    assert "2 of 9" in told


def drawn(seed: int, size: tuple[int, int] = (800, 600)) -> Image.Image:
    """Something with shapes, as photos have."""
    chance = random.Random(seed)
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    pen = ImageDraw.Draw(picture)
    for _ in range(25):
        x, y, w, h = (
            chance.randrange(size[0]),
            chance.randrange(size[1]),
            chance.randrange(40, 300),
            chance.randrange(40, 300),
        )
        pen.ellipse((x, y, x + w, y + h), fill=tuple(chance.randrange(256) for _ in range(3)))
    return picture


def jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def bits(one: Image.Image, other: Image.Image) -> int:
    return different_bits(picture_parts(one) or [], picture_parts(other) or [])


def test_pictures_sent_again_are_near_and_others_are_far():
    near, far = [], []
    for seed in range(12):
        first = drawn(seed)
        small = Image.open(BytesIO(jpeg(first.resize((500, 375)), quality=35)))
        bright = ImageEnhance.Brightness(first).enhance(1.2)
        near += [bits(first, small), bits(first, bright), bits(small, bright)]
        far += [bits(first, drawn(other)) for other in range(seed + 1, 12)]
    assert max(near) <= BITS_UP_TO < min(far), (max(near), min(far))
    assert picture_parts(Image.new("RGB", (90, 80), "white")) is None


def test_bands_are_the_same_on_every_machine_and_read_no_marks():
    assert text_bands("Ấp 3 ra quân dọn đường", "Sáng nay bà con dọn đường.") == text_bands(
        "ap 3 ra quan don duong", "SANG NAY, BA CON DON DUONG"
    )
    assert text_bands("a b", "c d e f")[:2] == [-8956839505888798517, -6742191181285098895]
    assert text_bands("", "") == []
    assert len(text_bands("một hai ba", "bốn năm sáu bảy")) == 26


def test_percent_of_the_shorter_text():
    body = SEEDED["originals"]["eel"]["body"]
    assert text_likeness(body, body) == 100
    assert text_likeness(body, f"{body} {SEEDED['originals']['music']['body']}") == 100
    assert text_likeness(body, SEEDED["originals"]["music"]["body"]) == 0
    assert text_likeness("", body) == 0
    assert text_likeness("một hai ba", "một hai ba") == 0


def test_a_sent_piece_is_printed_by_a_job_again_after_it_was_returned_and_practice_never(cell):
    piece = sent(cell, "Tin về con trâu của ấp", "Con trâu nhà ông Tư đi lạc ba ngày mới về.")
    first = TextPrint.objects.get(piece=piece)
    returned = newsroom.return_piece(
        actor=cell.actor("head"), piece=piece, seen_version=piece.version, reason="Thêm ngày"
    )
    from contributors.drafting import edit_piece

    edited = edit_piece(
        actor=cell.actor("lan"), piece=returned, seen_version=returned.version, body="Chữ khác hẳn ở đây."
    )
    again = newsroom.submit_piece(
        actor=cell.actor("lan"), piece=edited, seen_version=edited.version, pledge=current_pledge().version
    )
    jobs = Job.objects.filter(task="contributors.print_piece").order_by("pk")
    assert [job.arguments for job in jobs] == [{"piece_id": piece.pk}] * 2
    print_piece(jobs[1])
    print_piece(jobs[1])
    second = TextPrint.objects.get(piece=piece)
    assert (first.pk, first.revision_number, second.revision_number) == (
        second.pk,
        piece.revision_number,
        again.revision_number,
    )
    assert first.bands != second.bands
    piece_in(cell, "submitted", by="hoa", practice=True)
    assert Job.objects.filter(task="contributors.print_piece").count() == 2


def with_photos(world, by: str, title: str, pictures: list[bytes]):
    piece = world.draft(by, title=title, body=f"Bài có ảnh: {title}.")
    new = [NewPhoto(content, f"Ảnh {nth}", world.people[by]) for nth, content in enumerate(pictures)]
    add_photos(actor=world.actor(by), piece=piece, seen_version=piece.version, new=new)
    piece = newsroom.submit_piece(
        actor=world.actor(by), piece=world.fresh(piece), seen_version=piece.version, pledge=current_pledge().version
    )
    print_piece(Job.objects.get(task="contributors.print_piece", arguments={"piece_id": piece.pk}))
    return piece


def test_a_photo_that_was_sent_before_is_shown_with_its_twin(cell):
    old = with_photos(cell, "hoa", "Ngày hội đại đoàn kết", [jpeg(drawn(1)), jpeg(drawn(2))])
    flat = with_photos(cell, "hoa", "Tờ giấy trắng", [jpeg(Image.new("RGB", (300, 200), "white"))])
    again = jpeg(drawn(2).resize((640, 480)), quality=40)
    new = with_photos(
        cell, "lan", "Chợ quê buổi sớm", [jpeg(drawn(7)), again, jpeg(Image.new("RGB", (600, 200), "white"))]
    )
    assert set(Photo.objects.filter(piece=flat).values_list("likeness", flat=True)) == {None}
    (alike,) = pieces_alike(new)
    assert (alike.piece.pk, alike.text, alike.title) == (old.pk, 0, alike.title)
    (pair,) = alike.photos
    assert (pair.mine.position, pair.other.position) == (2, 2)
    assert pair.bits <= BITS_UP_TO
    assert [found.piece.pk for found in pieces_alike(old)] == [new.pk]


def test_questions_do_not_grow_with_what_is_alike(cell):
    body = SEEDED["originals"]["road"]["body"]
    piece = cell.draft("lan", title="Tin", body=body)
    counts = []
    for nth in range(3):
        for _ in range(1 + nth * 4):
            sent(cell, f"Tin số {nth}", body)
        with CaptureQueriesContext(connection) as queries:
            shown = pieces_alike(piece)
        counts.append((len(queries), len(shown)))
    assert counts == [(3, 1), (3, 5), (3, 5)]


def test_two_pieces_beside_each_other_with_what_both_have_marked(cell):
    first = SEEDED["originals"]["bridge"]
    one = sent(cell, first["title"], f"Mở đầu riêng.\n\n{first['body']}")
    other = sent(cell, "Tin khác", f"{first['body'].upper()} Kết riêng.", by="hoa")
    compared = compared_pieces(actor=cell.actor("head"), one=one, other=other)
    assert (compared.text, compared.title) == (98, 0)
    assert "".join(part.text for part in compared.one_body) == one.body
    assert "".join(part.text for part in compared.other_body) == other.body
    assert [part.shared for part in compared.one_body] == [False, True, False]
    assert compared.one_body[0].text == "Mở đầu riêng.\n\n"
    assert compared.other_body[-1].text == ".\n Kết riêng."
    draft = cell.draft("hoa")
    for by, pair in (("head", (one, one)), ("head", (one, draft))):
        with pytest.raises(DomainError, match="not_found"):
            compared_pieces(actor=cell.actor(by), one=pair[0], other=pair[1])
    with pytest.raises(DomainError, match="not_allowed"):
        compared_pieces(actor=cell.actor("lan"), one=one, other=other)


def test_pieces_sent_before_there_were_prints_are_printed_on_demand(cell):
    piece = sent(cell, "Tin về con trâu", "Con trâu đi lạc ba ngày mới về tới nhà.")
    piece_in(cell, "draft")
    piece_in(cell, "submitted", by="hoa", practice=True)
    Job.objects.all().delete()
    out = StringIO()
    call_command("print_pieces", stdout=out)
    assert (out.getvalue(), Job.objects.count()) == ("xa-mau: 0\n", 0)
    TextPrint.objects.all().delete()
    call_command("print_pieces", stdout=out)
    assert [job.arguments for job in Job.objects.all()] == [{"piece_id": piece.pk}]
