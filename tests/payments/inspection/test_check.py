"""A pack that somebody touched fails its check, and the check names what: one file of every kind, lost or changed."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
from django.core.management import CommandError, call_command

from contributors import clock
from contributors.models import EventSeal
from payments import payouts
from payments.inspection.checking import check_archive
from payments.inspection.recorded import compare_with_records
from payments.models import InspectionPack
from tests.payments.inspection.making import archive_of, forged, made_pack, names_of, rewritten
from tests.payments.steps import AUGUST

# Every kind of file, by a pattern that finds one.
KINDS = {
    "first page": r"index\.html",
    "check list": r"cach-kiem-tra\.html",
    "style": r"kieu\.css",
    "read me": r"DOC-TRUOC\.txt",
    "about": r"thong-tin\.json",
    "pieces": r"bang/tin-bai\.csv",
    "credits": r"bang/vai-tro\.csv",
    "scores": r"bang/diem-cham\.csv",
    "decisions": r"bang/quyet-dinh\.csv",
    "runs": r"bang/ky-chi-tra\.csv",
    "statements": r"bang/phieu\.csv",
    "lines": r"bang/khoan\.csv",
    "payouts": r"bang/chi-tien\.csv",
    "events": r"bang/su-kien\.csv",
    "workbook": r"bang/khoan\.xlsx",
    "links": r"nhat-ky/su-kien\.jsonl",
    "copy of a piece": r"bai/00001-.*/noi-dung\.html",
    "photo": r"bai/00001-.*/anh-01\.jpg",
    "list of pieces": r"muc-luc/bai-001\.html",
    "list of statements": r"muc-luc/phieu-001\.html",
    "statement": r"giay-to/.*/phieu/.*\.pdf",
    "payment list": r"giay-to/[^/]*/.*bang-ke-chi-tra.*\.pdf",
    "decision on rates": r"quy-dinh/2026.*\.yaml",
    "rules of a run": r"quy-dinh/da-dung-.*\.yaml",
}


@pytest.fixture
def pack(world, issued) -> InspectionPack:
    accountant = world.actor("accountant")
    with clock.at(AUGUST):
        payouts.prepare_payouts(actor=accountant, run=issued, seen_version=issued.version)
        payouts.confirm_payouts(actor=accountant, run=world.fresh(issued))
    return made_pack(world)


def named(pack: InspectionPack, kind: str) -> str:
    return next(name for name in names_of(archive_of(pack)) if re.fullmatch(KINDS[kind], name))


def said(path) -> list[tuple[str, str]]:
    found = check_archive(path)
    compare_with_records(found)
    return [(failure.code, failure.about) for failure in found.failures]


def test_untouched_pack_has_nothing_wrong(pack):
    found = check_archive(archive_of(pack))
    assert compare_with_records(found)
    assert found.failures == []
    assert (found.files, found.statements) == (pack.files, pack.counts["rows"]["phieu"])
    assert found.links == pack.counts["rows"]["su-kien"] > 10


def test_every_file_is_of_a_kind_that_is_tried(pack):
    patterns = [
        *KINDS.values(),
        *(r"bang/.*\.xlsx", r"giay-to/[^/]*/[^/]*\.pdf", r"bai/0000\d-.*/noi-dung\.html", "SHA256SUMS"),
    ]
    loose = [name for name in names_of(archive_of(pack)) if not any(re.fullmatch(one, name) for one in patterns)]
    assert loose == []


@pytest.mark.parametrize("kind", KINDS)
def test_lost_or_changed_file_is_named(tmp_path, pack, kind):
    name = named(pack, kind)
    lost = rewritten(
        archive_of(pack), tmp_path / "lost.zip", change=lambda one, content: None if one == name else content
    )
    assert ("missing", name) in said(lost)
    changed = rewritten(
        archive_of(pack),
        tmp_path / "changed.zip",
        change=lambda one, content: content + b" " if one == name else content,
    )
    assert ("changed", name) in said(changed)


def test_every_single_file_that_is_lost_is_named(tmp_path, pack):
    """All of them, one after the other; a file that other checks need may be named by these too."""
    for number, name in enumerate(names_of(archive_of(pack))):
        lost = rewritten(
            archive_of(pack),
            tmp_path / f"{number}.zip",
            change=lambda one, content, name=name: None if one == name else content,
        )
        assert ("missing", name) in [(failure.code, failure.about) for failure in check_archive(lost).failures]
        lost.unlink()


def test_flipped_bit_in_the_archive_itself_is_named(tmp_path, pack):
    name = named(pack, "statement")
    broken = tmp_path / "broken.zip"
    content = bytearray(archive_of(pack).read_bytes())
    with zipfile.ZipFile(archive_of(pack)) as archive:
        info = archive.getinfo(name)
    content[info.header_offset + 200 + len(name)] ^= 1
    broken.write_bytes(bytes(content))
    assert said(broken) == [("changed", name)]


def test_added_file_and_second_copy_are_named(tmp_path, pack):
    more = rewritten(
        archive_of(pack), tmp_path / "more.zip", change=lambda _name, content: content, added={"bai/them.html": b"x"}
    )
    assert said(more) == [("added", "bai/them.html")]
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = rewritten(
            archive_of(pack), tmp_path / "twice.zip", change=lambda _name, content: content, added={"index.html": b"x"}
        )
    assert ("twice", "index.html") in said(twice)


def test_list_of_files_written_anew_does_not_agree_with_the_log(tmp_path, pack):
    """Every hash agrees with every file: only what was recorded when the pack was built tells it."""
    name = named(pack, "copy of a piece")
    path = forged(
        archive_of(pack),
        tmp_path / "forged.zip",
        change=lambda one, content: content.replace(b"x", b"y") if one == name else content,
    )
    assert check_archive(path).failures == []
    assert said(path) == [("manifest_differs", "SHA256SUMS")]


def test_changed_amount_is_found_without_any_hash(tmp_path, pack):
    def dearer(name: str, content: bytes) -> bytes:
        return content.replace(b",409500,", b",409501,") if name == "bang/khoan.csv" else content

    path = forged(archive_of(pack), tmp_path / "dearer.zip", change=dearer)
    codes = [failure.code for failure in check_archive(path).failures]
    assert codes == ["statement_differs"]


def test_changed_event_breaks_the_chain_and_names_the_place(tmp_path, pack):
    place = json.loads(_lines(pack)[4])["position"]

    def other(name: str, content: bytes) -> bytes:
        if name != "nhat-ky/su-kien.jsonl":
            return content
        lines = content.splitlines(keepends=True)
        link = json.loads(lines[4])
        link["body"]["at"] = "2026-07-01T00:00:00+00:00"
        lines[4] = json.dumps(link).encode() + b"\n"
        return b"".join(lines)

    path = forged(archive_of(pack), tmp_path / "other.zip", change=other)
    broken = [(failure.code, failure.about) for failure in check_archive(path).failures]
    assert broken == [("chain_broken", str(place))]


@pytest.mark.parametrize("which", [0, 5, -1])
def test_event_taken_out_breaks_the_chain(tmp_path, pack, which):
    place = json.loads(_lines(pack)[which])["position"]

    def shorter(name: str, content: bytes) -> bytes:
        if name != "nhat-ky/su-kien.jsonl":
            return content
        lines = content.splitlines(keepends=True)
        del lines[which]
        return b"".join(lines)

    path = forged(archive_of(pack), tmp_path / "shorter.zip", change=shorter)
    broken = [(failure.code, failure.about) for failure in check_archive(path).failures]
    assert broken == [("chain_broken", str(place))]


def test_chain_made_anew_does_not_hang_in_the_log(tmp_path, pack):
    """Somebody computes every link of a shorter log: only the database's own links tell it."""
    from contributors.events import link_hash

    def anew(name: str, content: bytes) -> bytes:
        if name == "nhat-ky/su-kien.jsonl":
            links = [json.loads(line) for line in content.splitlines()]
            del links[3]
            previous = links[0]["previous"]
            for place, link in enumerate(links, start=links[0]["position"]):
                link |= {"position": place, "previous": previous}
                link["hash"] = previous = link_hash(bytes.fromhex(previous), link["body"]).hex()
            anew.last = links[-1]
            return b"".join(json.dumps(link).encode() + b"\n" for link in links)
        return content

    path = forged(archive_of(pack), tmp_path / "links.zip", change=anew)

    def hung(name: str, content: bytes) -> bytes:
        if name != "thong-tin.json":
            return content
        about = json.loads(content)
        end = {"position": anew.last["position"], "hash": anew.last["hash"]}
        about["chain"] |= {"last": end["position"], "end": end, "after": None}
        return json.dumps(about).encode()

    whole = forged(path, tmp_path / "hung.zip", change=hung)
    assert check_archive(whole).failures == []
    assert ("anchor_differs", str(anew.last["position"])) in said(whole)


def _lines(pack: InspectionPack) -> list[bytes]:
    with zipfile.ZipFile(archive_of(pack)) as archive:
        return archive.read("nhat-ky/su-kien.jsonl").splitlines()


def test_links_are_those_of_the_database(pack):
    said_links = {link["position"]: link["hash"] for link in map(json.loads, _lines(pack))}
    kept = EventSeal.objects.filter(position__in=list(said_links)).values_list("position", "hash")
    assert said_links == {position: bytes(hashed).hex() for position, hashed in kept}


def test_command_says_what_is_wrong_and_ends_with_an_error(tmp_path, pack):
    out = io.StringIO()
    call_command("check_pack", str(archive_of(pack)), manifest=pack.manifest_sha256.upper(), stdout=out)
    assert "Không thấy chỗ nào sai." in out.getvalue()
    with pytest.raises(CommandError, match="1 chỗ không đúng"):
        call_command("check_pack", str(archive_of(pack)), manifest="0" * 64, without_database=True, stdout=out)
    name = named(pack, "photo")
    lost = rewritten(
        archive_of(pack), tmp_path / "lost.zip", change=lambda one, content: None if one == name else content
    )
    with pytest.raises(CommandError):
        call_command("check_pack", str(lost), stdout=out)
    assert f"SAI  missing: Thiếu tệp {name}." in out.getvalue()
    (tmp_path / "no.zip").write_bytes(b"no archive")
    with pytest.raises(CommandError):
        call_command("check_pack", str(tmp_path / "no.zip"), stdout=out)
    assert "not_an_archive" in out.getvalue()


def test_pack_that_nobody_here_knows_is_named(pack):
    found = check_archive(archive_of(pack))
    InspectionPack.objects.all().delete()
    assert not compare_with_records(found)
    assert [failure.code for failure in found.failures] == ["unknown_pack"]
