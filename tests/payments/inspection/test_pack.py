"""What a pack holds: pieces, people, scores, decisions, money, papers, rules, the log; and what it does not hold."""

from __future__ import annotations

import csv
import hashlib
import html.parser
import io
import json
import re
import subprocess
import zipfile
from datetime import date

import pytest
import yaml

from contributors import clock
from contributors.files import open_kept
from contributors.models import Event, EventDetail, OfficeNotice
from payments import payouts
from payments.inspection import building
from payments.inspection.checking import check_archive
from payments.inspection.packs import pack_file, pack_preview, packs_made, start_pack
from payments.models import InspectionPack, Paper, PayeeDetails, Statement
from tests.payments.inspection.making import SEPTEMBER, archive_of, made_pack, names_of
from tests.payments.steps import AUGUST, work


@pytest.fixture
def pack(world, issued) -> InspectionPack:
    accountant = world.actor("accountant")
    with clock.at(AUGUST):
        payouts.prepare_payouts(actor=accountant, run=issued, seen_version=issued.version)
        payouts.confirm_payouts(actor=accountant, run=world.fresh(issued))
    return made_pack(world)


def read(pack: InspectionPack, name: str) -> bytes:
    with zipfile.ZipFile(archive_of(pack)) as archive:
        return archive.read(name)


def rows(pack: InspectionPack, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(read(pack, f"bang/{name}.csv").decode("utf-8-sig"))))


def test_pack_tells_a_piece_from_its_copy_to_its_payment(world, pack):
    pieces = rows(pack, "tin-bai")
    assert [row["Số trong hồ sơ"] for row in pieces] == ["00001", "00002"]
    assert pieces[0]["Địa chỉ trên trang"].startswith("https://xa.example/tin/")
    copy = read(pack, pieces[0]["Bản sao trong hồ sơ"]).decode()
    assert "Sáng nay bà con trong ấp cùng nhau dọn đường." in copy
    assert 'src="anh-01.jpg"' in copy
    assert pieces[0]["Bản sao trong hồ sơ"].replace("noi-dung.html", "anh-01.jpg") in names_of(archive_of(pack))
    roles = {(row["Số trong hồ sơ"], row["Họ tên"], row["Vai trò"]) for row in rows(pack, "vai-tro")}
    assert {("00001", "Nguyễn Thị Lan", "tác giả"), ("00001", "Lê Hoà", "chụp ảnh")} <= roles
    scores = [(row["Số trong hồ sơ"], row["Hệ số"], row["Người chấm"]) for row in rows(pack, "diem-cham")]
    assert ("00001", "1,5", "Võ Văn Trưởng") in scores
    decisions = [(row["Việc"], row["Người quyết định"]) for row in rows(pack, "quyet-dinh")]
    assert ("duyệt bài", "Võ Văn Trưởng") in decisions
    assert ("duyệt chi", "Đoàn Văn Ấn") in decisions
    lines = [row for row in rows(pack, "khoan") if row["Số bài trong hồ sơ"] == "00001"]
    assert {row["Họ tên"] for row in lines} >= {"Nguyễn Thị Lan", "Lê Hoà"}
    assert all(row["Cách tính"] for row in lines)
    paid = rows(pack, "chi-tien")
    assert {row["Kết quả"] for row in paid} == {"đã gửi lệnh chi", "đã nhận tiền"} or {
        row["Kết quả"] for row in paid
    } == {"đã nhận tiền"}
    assert sum(int(row["Thực lĩnh"]) for row in rows(pack, "phieu")) == sum(
        Statement.objects.values_list("net", flat=True)
    )


def test_papers_lie_in_the_pack_as_they_were_kept(world, issued, pack):
    kept = dict(Paper.objects.exclude(path="").values_list("sha256", "kind"))
    inside = [name for name in names_of(archive_of(pack)) if name.startswith("giay-to/")]
    assert {hashlib.sha256(read(pack, name)).hexdigest() for name in inside} == kept.keys()
    assert len(inside) == len(kept)


def test_rules_are_files_that_the_product_reads(world, pack):
    names = [name for name in names_of(archive_of(pack)) if name.startswith("quy-dinh/")]
    read_back = {name: yaml.safe_load(read(pack, name)) for name in names}
    assert len(names) == 2
    decided = next(rules for name, rules in read_back.items() if "da-dung" not in name)
    assert decided["code"] == "mau-2026"
    frozen = next(rules for name, rules in read_back.items() if "da-dung" in name)
    assert frozen == world.fresh(Statement.objects.first()).run.snapshot.content


def test_coreutils_agree_with_the_list_of_files(tmp_path, pack):
    with zipfile.ZipFile(archive_of(pack)) as archive:
        archive.extractall(tmp_path)
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == pack.files == len(names_of(archive_of(pack))) - 1


def test_row_and_log_tell_the_hashes(world, pack):
    manifest = hashlib.sha256(read(pack, "SHA256SUMS")).hexdigest()
    whole = hashlib.sha256(archive_of(pack).read_bytes()).hexdigest()
    built = Event.objects.get(kind="inspection_pack.built")
    assert (pack.manifest_sha256, pack.sha256) == (manifest, whole)
    assert built.facts == {"manifest": manifest, "sha256": whole, "files": pack.files, "size": pack.size}
    assert not building.work_folder(pack).exists()


def test_why_and_for_whom_stands_in_the_log_and_others_are_told(world, pack):
    asked = Event.objects.get(kind="inspection_pack.asked")
    said = EventDetail.objects.get(event=asked).values
    assert asked.facts == {"from": "2026-07-01", "last": "2026-08-31", "photos": True}
    assert said == {"reason": "Thanh tra huyện yêu cầu", "handed_to": "Đoàn thanh tra số 3"}
    told = OfficeNotice.objects.filter(kind="pack_asked")
    assert {notice.account_id for notice in told} == {world.accounts["accountant"].pk, world.accounts["admin"].pk}
    with clock.at(SEPTEMBER):
        pack_file(actor=world.actor("head"), pack=pack)
    assert Event.objects.get(kind="inspection_pack.taken").actor_account_id == world.accounts["head"].pk


def test_numbers_of_people_are_masked_everywhere(world, pack):
    """Whole numbers and phones stand in no file; the last four digits do."""
    from payments.payee_cipher import opened

    whole = [person.phone[3:] for person in world.people.values()]
    for details in PayeeDetails.objects.all():
        whole += [opened(details, "personal_id"), opened(details, "bank_account")]
    with zipfile.ZipFile(archive_of(pack)) as archive:
        texts = {name: archive.read(name).decode("utf-8", "ignore") for name in archive.namelist()}
    for number in filter(None, whole):
        assert [name for name, text in texts.items() if number in text and not name.endswith((".jpg", ".pdf"))] == []
    assert "•••• " in texts["bang/phieu.csv"]
    assert "chỉ ghi bốn số cuối" in texts["index.html"]


class References(html.parser.HTMLParser):
    """Every address that a page leads to or loads, and its tags."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.found += [value for name, value in attrs if name in {"href", "src", "srcset", "action", "data"}]


def test_pages_open_without_a_network_and_lead_only_to_files_of_the_pack(pack):
    names = set(names_of(archive_of(pack)))
    pages = [name for name in names if name.endswith(".html")]
    assert {"index.html", "cach-kiem-tra.html", "muc-luc/bai-001.html", "muc-luc/phieu-001.html"} <= set(pages)
    reached = {"index.html"}
    for name in pages:
        reader = References()
        reader.feed(read(pack, name).decode())
        folder = name.rpartition("/")[0]
        targets = {_resolved(folder, address) for address in reader.found}
        assert targets <= names, name
        assert not reader.tags & {"script", "iframe", "form", "object", "embed"}
        reached |= targets
    papers = {name for name in names if name.startswith(("giay-to/", "bang/", "quy-dinh/", "nhat-ky/", "bai/"))}
    assert papers - reached == set()


def _resolved(folder: str, address: str) -> str:
    parts = folder.split("/") if folder else []
    for step in address.split("/"):
        if step == "..":
            parts.pop()
        else:
            parts.append(step)
    return "/".join(parts)


def test_names_of_files_are_plain(pack):
    assert all(re.fullmatch(r"[A-Za-z0-9._/-]+", name) for name in names_of(archive_of(pack)))


def test_empty_period_says_so_plainly(world):
    pack = made_pack(world, "2020-01-01", "2020-02-01")
    found = check_archive(archive_of(pack))
    assert (found.failures, found.links, found.statements) == ([], 0, 0)
    assert "không đăng tin, bài nào" in read(pack, "index.html").decode()
    assert rows(pack, "tin-bai") == []
    assert json.loads(read(pack, "thong-tin.json"))["chain"] == {}


def test_photos_are_left_out_when_nobody_wants_them(world, issued):
    pack = made_pack(world, with_photos=False)
    assert not [name for name in names_of(archive_of(pack)) if name.endswith(".jpg")]
    assert (
        "SHA-256 của ảnh" in read(pack, next(name for name in names_of(archive_of(pack)) if "00001" in name)).decode()
    )


def test_preview_counts_what_the_pack_holds(world, issued):
    with clock.at(SEPTEMBER):
        seen = pack_preview(actor=world.actor("admin"), since=date(2026, 7, 1), until=date(2026, 9, 1))
    pack = made_pack(world)
    kept = pack.counts["rows"]
    assert (seen.pieces, seen.runs, seen.statements, seen.lines) == (
        *(kept["tin-bai"], kept["ky-chi-tra"], kept["phieu"], kept["khoan"]),
    )
    assert (seen.papers, seen.photos) == (pack.counts["papers"], 1)


def test_same_wish_twice_is_one_pack_and_another_is_another(world, issued):
    wish = {"since": date(2026, 7, 1), "until": date(2026, 9, 1), "reason": "Kiểm tra", "handed_to": "Đoàn số 3"}
    with clock.at(SEPTEMBER):
        first = start_pack(actor=world.actor("holder"), **wish)
        assert start_pack(actor=world.actor("holder"), **wish) == first
        assert start_pack(actor=world.actor("holder"), **wish | {"handed_to": "Đoàn số 4"}) != first
        work()
        assert start_pack(actor=world.actor("holder"), **wish) != first
        assert packs_made(actor=world.actor("holder")).count() == 3


def test_lost_file_of_a_paper_is_named_and_stops_nothing(world, issued):
    paper = Paper.objects.exclude(path="").filter(kind="summary").get()
    open_kept(paper.path).unlink()
    pack = made_pack(world)
    assert pack.counts["missing"] == 1
    assert "Không tìm thấy tệp" in read(pack, "index.html").decode()
    assert check_archive(archive_of(pack)).failures == []


def test_worker_killed_at_any_step_leaves_nothing_behind(world, issued, monkeypatch):
    """Each step dies once, half way in, with the archive half written; the next attempt goes on from the last whole one."""
    whole = made_pack(world)
    step, died = building.Draft.step, set()

    from contextlib import contextmanager

    @contextmanager
    def dying(draft):
        with step(draft) as adding:
            yield adding
            if draft.done not in died:
                died.add(draft.done)
                adding.put("nua-chung.txt", b"x" * 5000)
                raise KeyboardInterrupt

    monkeypatch.setattr(building.Draft, "step", dying)
    with clock.at(SEPTEMBER):
        pack = start_pack(
            actor=world.actor("holder"),
            since=whole.period_from,
            until=whole.period_until,
            reason="Lần hai",
            handed_to="Đoàn số 3",
        )
        for _ in range(200):
            try:
                if building.build(pack_id=pack.pk):
                    break
            except KeyboardInterrupt:
                continue
    pack = world.fresh(pack)
    assert len(died) > 20
    assert names_of(archive_of(pack)) == names_of(archive_of(whole))
    assert check_archive(archive_of(pack)).failures == []


def test_job_hands_over_to_the_next_when_its_time_is_over(world, issued, monkeypatch):
    monkeypatch.setattr(building, "_PART_OF_LEASE", 1e9)
    with clock.at(SEPTEMBER):
        pack = start_pack(
            actor=world.actor("holder"),
            since=date(2026, 7, 1),
            until=date(2026, 9, 1),
            reason="Lần lượt",
            handed_to="Đoàn số 3",
        )
        jobs = work()
    pack = world.fresh(pack)
    assert jobs == pack.total
    assert check_archive(archive_of(pack)).failures == []


def test_two_workers_at_once_do_not_write_into_each_other(world, issued, monkeypatch):
    with clock.at(SEPTEMBER):
        pack = start_pack(
            actor=world.actor("holder"),
            since=date(2026, 7, 1),
            until=date(2026, 9, 1),
            reason="Hai người",
            handed_to="Đoàn số 3",
        )
        draft = building.Draft(building.work_folder(pack), moment=SEPTEMBER)
        with draft.held() as alone:
            assert alone
            assert building.build(pack_id=pack.pk) is False
        work()
        assert building.build(pack_id=pack.pk) is True
    assert world.fresh(pack).built_at is not None
    assert Event.objects.filter(kind="inspection_pack.built").count() == 1
