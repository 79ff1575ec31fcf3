"""One person's data as one download: everything of theirs, nothing of anybody else."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import transaction
from django.test import override_settings

from contributors import clock, drafting
from contributors.consenting import give_consent
from contributors.correction import correct_details
from contributors.drafting import DeclaredCredit
from contributors.errors import DomainError
from contributors.models import Contributor, Event
from contributors.newsroom import submit_piece
from contributors.photos import add_photo
from contributors.pledges import current_pledge
from contributors.scopes import portal_scope
from payments import payees
from payments.models import PayeeDetails
from payments.own_data import own_data, own_files
from tests.contributors.newsroom_rows import SICK, daily_work
from tests.factories.world import World, build_world, picture
from tests.payments.steps import AUGUST, closed_run

NAMES = ["doc-truoc.txt", "du-lieu.json", "tin-bai.xlsx", "nhuan-but.xlsx", "phieu-thanh-toan.xlsx"]


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker, tmp_path_factory):
    """lan and hoa write together, one is paid and one is not public; hoa has a pen name, everybody has details.
    Built once, in a transaction that is rolled back.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("files"))):
            world = build_world()
            with portal_scope(world.portal):
                _furnish(world)
                yield world
        transaction.set_rollback(True)


@pytest.fixture
def rich(standing):
    """`standing` as it was: whatever the test does is rolled back."""
    with transaction.atomic():
        yield standing
        transaction.set_rollback(True)


def _furnish(world: World) -> None:
    correct_details(
        actor=world.actor("hoa"), contributor=world.people["hoa"], seen_version=1, pen_names=["Cỏ May"], birth_year=1957
    )
    correct_details(actor=world.actor("lan"), contributor=world.people["lan"], seen_version=1, pen_names=["Hương Quê"])
    give_consent(actor=world.actor("lan"), contributor=world.people["lan"], purpose="publication", version="2026-01")
    world.published("lan", photos_by=("lan", "writer"))
    with clock.at(AUGUST):
        closed_run(world)
        _together(world, "Bài viết chung", "hoa", "deputy")
    assert all(person.phone for person in Contributor.objects.all())


def _together(world: World, title: str, *others: str):
    piece = world.draft("lan", title=title)
    people = [world.people[name] for name in ("lan", *others)]
    shares = [Decimal(40), Decimal(30), Decimal(30)]
    piece = drafting.declare_credits(
        actor=world.actor("lan"),
        piece=piece,
        seen_version=piece.version,
        declared=[DeclaredCredit(person, "author", share=share) for person, share in zip(people, shares, strict=True)],
    )
    return submit_piece(
        actor=world.actor("lan"), piece=piece, seen_version=piece.version, pledge=current_pledge().version
    )


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def taken(world: World, who: str = "lan", by: str | None = None, **fields) -> dict[str, bytes]:
    with (
        clock.at(AUGUST),
        own_data(actor=world.actor(by or who), contributor=world.people[who], **fields) as archive,
    ):
        return unpacked(archive.read())


def everything_readable(files: dict[str, bytes]) -> str:
    """Text of every file, those inside the workbooks and the pages of the papers too."""
    import pypdfium2

    told = []
    for name, content in files.items():
        if name.endswith(".xlsx"):
            told += [part.decode() for part in unpacked(content).values()]
        elif name.endswith(".pdf"):
            told += [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content)]
        elif not name.endswith((".jpg", ".mp4")):
            told.append(content.decode())
    return "\n".join(told)


def test_download_has_the_files_in_order(rich):
    files = taken(rich)
    statement = rich.people["lan"].statements.get()
    assert list(files) == [*NAMES, f"phieu/{statement.papers.get().number.replace('/', '-')}.pdf"]
    assert list(taken(rich, photos=True))[-1] == "anh/0001.jpg"


def test_everything_of_the_person_is_in_it(rich):
    record = json.loads(taken(rich)["du-lieu.json"])
    assert set(record) == {
        *("person", "login", "pen_names", "units", "seats", "rights", "consents", "consents_now", "training"),
        *("training_led", "assignments", "claims", "merges", "erasures", "pieces", "log", "payee_details"),
        *("tax_statuses", "statements", "lines", "balance", "answers", "waivers"),
        *("hand_overs", "notices", "messages", "credit_answers", "pledges", "uploads", "saved_views", "sightings"),
        "readers",
    }
    assert record["person"]["full_name"] == "Nguyễn Thị Lan"
    assert record["person"]["phone"] == rich.people["lan"].phone
    assert record["pen_names"][0]["name"] == "Hương Quê"
    assert record["units"][0]["unit__name"] == "Ấp Mẫu"
    assert [(row["purpose"], row["given"]) for row in record["consents"]] == [("publication", True)]
    assert record["log"][-1]["kind"] == "consent.given"
    paid, open_piece = record["pieces"]
    assert paid["published_url"].startswith("https://xa.example/")
    assert next(score["coefficient"] for score in paid["scores"] if score["accepted"]) == "1.500"
    assert (len(paid["photos_taken"]), paid["own"]) == (1, True)
    (statement,) = record["statements"]
    assert sum(line["amount"] for line in record["lines"]) == statement["gross"] == statement["line_total"]
    assert [outcome["outcome"] for outcome in statement["payouts"][0]["outcomes"]][-1] == "confirmed"
    assert all(line["explanation"] for line in record["lines"])
    assert open_piece["title"] == "Bài viết chung"
    assert record["tax_statuses"][0]["status"] == "resident_no_contract"


def test_nothing_of_anybody_else_is_in_it(rich):
    """The red team's list: every other person's name, phone, number, year, words, files; who decided, who paid."""
    with clock.at(AUGUST):
        daily_work(rich)
    readable = everything_readable(taken(rich, photos=True))
    told = [name for name in NAMES if name.endswith("json")]
    assert told
    for person in Contributor.objects.exclude(pk=rich.people["lan"].pk):
        phone = person.phone.removeprefix("+84")
        for secret in (phone, f"0891{person.pk:08d}", f"00{person.pk:08d}", str(person.public_id)):
            assert secret not in readable, (person.full_name, secret)
    assert "1957" not in readable
    for secret in (SICK, "Lan chép của tôi", "Bài đặt Hoà nhận", "Phim của Hoà", "Hoa o nha", "Hoà gửi ảnh"):
        assert secret not in readable, secret
    for secret in ("Tin của Hoà chờ đăng", "Việc của Trưởng", str(rich.people["lan"].public_id)):
        assert secret not in readable, secret
    for name in ("hoa", "head", "publisher", "accountant", "holder", "admin"):
        whole = rich.people[name].full_name if name in rich.people else rich.accounts[name].name
        data = json.dumps(json.loads(taken(rich)["du-lieu.json"]), ensure_ascii=False)
        assert whole not in data, name
    assert "Cỏ May" in readable  # by pen name, as at the piece
    assert "Lê Thị Phó" not in readable  # no pen name, and the piece is not public
    assert "người cùng làm" in readable
    assert "Phan Thị Viết" in readable  # took a photo of a piece that is public


def test_text_of_somebody_elses_open_piece_stays_theirs(rich):
    record = json.loads(taken(rich, "hoa")["du-lieu.json"])
    (piece,) = record["pieces"]
    assert (piece["own"], piece["body"], piece["scores"]) == (False, "", [])
    assert [credit["name"] for credit in piece["credits"] if not credit["mine"]] == ["Hương Quê", "người cùng làm"]


def test_numbers_are_masked(rich):
    files = taken(rich)
    readable = everything_readable(files)
    lan = rich.people["lan"]
    assert f"0891{lan.pk:08d}" not in readable
    assert f"00{lan.pk:08d}" not in readable
    (details,) = json.loads(files["du-lieu.json"])["payee_details"]
    assert re.fullmatch(r"[•\s]+\d{4}", details["personal_id"])


def test_own_numbers_in_full_only_when_proved_and_on_record(rich):
    lan = rich.people["lan"]
    unproved = replace(rich.actor("lan"), proof="needed")
    with pytest.raises(DomainError) as refused:
        own_data(actor=unproved, contributor=lan, full_numbers=True)
    assert refused.value.code == "second_factor_needed"
    before = Event.objects.count()
    record = json.loads(taken(rich, full_numbers=True)["du-lieu.json"])
    assert record["payee_numbers"] == {"personal_id": f"0891{lan.pk:08d}", "bank_account": f"00{lan.pk:08d}"}
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)[before:]) == [
        "payee.revealed",
        "payee.revealed",
        "person.data_taken",
    ]


def test_cash_has_no_account_to_show(rich):
    PayeeDetails.objects.filter(contributor=rich.people["lan"]).update(bank_account=None)
    assert set(json.loads(taken(rich, full_numbers=True)["du-lieu.json"])["payee_numbers"]) == {"personal_id"}


def test_taking_is_an_event_without_values(rich):
    taken(rich)
    event = Event.objects.filter(kind="person.data_taken").get()
    assert event.facts == {"own": True, "photos": 0, "films": 0, "full_numbers": False, "papers": 1}
    assert event.detail_commitment is None


@pytest.mark.parametrize("by", ["hoa", "head", "accountant", "holder", "writer"])
def test_others_take_nothing(rich, by):
    with pytest.raises(DomainError) as refused:
        own_files(actor=rich.actor(by), contributor=rich.people["lan"])
    assert refused.value.code == "not_allowed"


def test_admin_takes_it_for_the_person_with_proof_and_masked(rich):
    admin = rich.actor("admin")
    with pytest.raises(DomainError) as refused:
        own_files(actor=replace(admin, proof="needed"), contributor=rich.people["lan"])
    assert refused.value.code == "second_factor_needed"
    with pytest.raises(DomainError) as refused:
        own_files(actor=admin, contributor=rich.people["lan"], full_numbers=True)
    assert refused.value.code == "not_allowed"
    assert list(taken(rich, by="admin"))[:5] == NAMES
    assert Event.objects.get(kind="person.data_taken").facts["own"] is False


def test_merged_row_is_taken_along_and_is_no_door_itself(rich):
    twin = rich.people["hoa"]
    Contributor.objects.filter(pk=twin.pk).update(merged_into=rich.people["lan"], account=None)
    record = json.loads(taken(rich)["du-lieu.json"])
    assert {row["name"] for row in record["pen_names"]} == {"Hương Quê", "Cỏ May"}
    with pytest.raises(DomainError) as refused:
        own_files(actor=rich.actor("admin"), contributor=twin)
    assert refused.value.code == "not_found"


def test_questions_do_not_grow_with_what_the_person_did(rich, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        taken(rich, "hoa")
    for number in range(30):
        piece = rich.draft("hoa", title=f"Tin số {number}")
        add_photo(
            actor=rich.actor("hoa"),
            piece=piece,
            seen_version=piece.version,
            content=picture(number + 20),
            photographer=rich.people["hoa"],
        )
    with django_assert_max_num_queries(len(few)):
        taken(rich, "hoa")


def test_details_of_several_versions_are_all_there(rich):
    with clock.at(AUGUST):
        payees.enter_payee_details(
            actor=rich.actor("lan"),
            contributor=rich.people["lan"],
            legal_name="Nguyễn Thị Lan",
            other_payee_name="Trần Văn Nhận",
            personal_id=None,
            bank_bin="970405",
            bank_account="0099887766",
        )
    files = taken(rich)
    versions = json.loads(files["du-lieu.json"])["payee_details"]
    assert [(row["version"], row["current"], row["other_payee"]) for row in versions] == [
        (1, False, False),
        (2, True, True),
    ]
    assert "Trần Văn Nhận" not in everything_readable(files)
