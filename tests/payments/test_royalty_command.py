"""`manage.py royalty`: from files alone, on a machine where no database answers."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from contributors.spreadsheets import read_table
from tests.payments.royalty.building import RATES
from tests.payments.sheets import csv_of, workbook

TABLE = str(RATES / "schedules" / "bac-giang-570-2013.yaml")
HEAD = ("Họ và tên", "Vai trò", "Thể loại", "Tên tác phẩm", "Ngày đăng", "Hệ số", "Thành tiền")
LAN = ("Nguyễn Thị Lan", "Tác giả", "Tin", "Dọn đường", "03/07/2026", "1,5", "379.500")
HOA = ("Lê Hoà", "", "Bài phản ánh", "Vụ lúa", "10/07/2026", "3", "759.000")
TOTAL = ("Tổng cộng", "", "", "", "", "", "1.138.000")


def royalty(*arguments: str) -> str:
    out = StringIO()
    call_command("royalty", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def work(tmp_path: Path) -> Path:
    path = tmp_path / "danh-sach.csv"
    path.write_bytes(csv_of(HEAD, LAN, HOA, TOTAL))
    return path


def test_command_works_where_no_database_answers(work, tmp_path):
    """A process of its own, whose database and broker lie nowhere."""
    surroundings = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SECRET_KEY": "x" * 50,
        "BUTLANG_KEYS": "test:" + "ab" * 32,
        "BUTLANG_VAR": str(tmp_path / "var"),
        "PYTHONIOENCODING": "utf-8",
    }
    out = tmp_path / "ket-qua.xlsx"
    done = subprocess.run(
        [sys.executable, "manage.py", "royalty", "--schedule", TABLE, "--work", str(work), "--out", str(out)],
        capture_output=True,
        text=True,
        env=surroundings,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "Dòng 2: Nguyễn Thị Lan (tác giả · Tin · Dọn đường): 379.500 đ\n"
        "    1,5 × 253.000 đ = 379.500 đ; làm tròn đến đồng\n"
        "Dòng 3: Lê Hoà (tác giả · Bài viết · Vụ lúa): 759.000 đ\n"
        "    3 × 253.000 đ = 759.000 đ; làm tròn đến đồng\n"
        "\nCộng theo người\n"
        "  Nguyễn Thị Lan: 379.500 đ (1 khoản)\n"
        "  Lê Hoà: 759.000 đ (1 khoản)\n"
        "Tổng cộng: 1.138.500 đ\n"
        "\nBảng ghi khác ở 2 chỗ\n"
        "  Dòng 4, “Tổng cộng”: bảng ghi 1.138.000 đ, cộng các dòng của bảng được 1.138.500 đ.\n"
        "  Dòng 4, “Tổng cộng”: bảng ghi 1.138.000 đ, tính lại là 1.138.500 đ.\n"
    )
    assert out.exists()
    work.write_bytes(csv_of(HEAD, (*LAN[:5], "x", ""), HOA))
    out.unlink()
    failed = subprocess.run(
        [sys.executable, "manage.py", "royalty", "--schedule", TABLE, "--work", str(work), "--out", str(out)],
        capture_output=True,
        text=True,
        env=surroundings,
        check=False,
    )
    assert (failed.returncode, failed.stdout, out.exists()) == (1, "", False)
    assert failed.stderr == (
        f"CommandError: {work}: còn 1 chỗ sai, chưa tính dòng nào.\n  Dòng 2, cột “Hệ số”: “x” không phải là số.\n"
    )


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_command_writes_what_it_shows(work, tmp_path, ending):
    out = tmp_path / f"ket-qua{ending}"
    royalty("--schedule", TABLE, "--work", str(work), "--out", str(out))
    columns = {"who": ["Họ và tên"], "amount": ["Thành tiền"], "why": ["Cách tính"]}
    rows = [row.cells for row in read_table(content=out.read_bytes(), file_name=out.name, columns=columns).rows]
    assert [(row["who"], row["amount"]) for row in rows][:2] == [("Nguyễn Thị Lan", "379500"), ("Lê Hoà", "759000")]
    assert rows[0]["why"] == "1,5 × 253.000 đ = 379.500 đ; làm tròn đến đồng"


def test_command_takes_the_day_of_rows_that_have_none(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(HEAD, (*LAN[:4], None, 1.5, None)))
    arguments = ("--schedule", TABLE, "--work", str(path))
    assert "351.000 đ" in royalty(*arguments, "--on", "2026-06-30")
    assert "379.500 đ" in royalty(*arguments, "--on", "01/07/2026")
    with pytest.raises(CommandError, match="thiếu ngày đăng"):
        royalty(*arguments)


def test_command_takes_the_schedules_of_two_times(tmp_path, work):
    text = Path(TABLE).read_text(encoding="utf-8")
    early, late = tmp_path / "cu.yaml", tmp_path / "moi.yaml"
    early.write_text(text.replace("until: null", 'until: "2026-07-05"'), encoding="utf-8")
    late.write_text(text.replace("2013-07-01", "2026-07-05").replace("level: 100", "level: 50"), encoding="utf-8")
    shown = royalty("--schedule", str(early), "--schedule", str(late), "--work", str(work))
    assert "Dọn đường): 379.500 đ" in shown
    assert "Vụ lúa): 379.500 đ" in shown
    with pytest.raises(CommandError, match="trùng thời gian"):
        royalty("--schedule", TABLE, "--schedule", str(late), "--work", str(work))


@pytest.mark.parametrize(
    ("schedule", "sentence"),
    [
        ("code: &x a\n", r"quy-dinh.yaml: Tệp quy định có 1 chỗ sai nên chưa nhận: dòng 1, cột 7: không dùng dấu"),
        (None, "quy-dinh.yaml: không mở được tệp"),
        ("code: a\nfrom: '2026-07-01'\nbased_on: parent\nlevel: 20\n", "based_on"),
    ],
)
def test_command_names_what_is_wrong_with_the_schedule(work, tmp_path, schedule, sentence):
    path = tmp_path / "quy-dinh.yaml"
    if schedule is not None:
        path.write_text(schedule, encoding="utf-8")
    with pytest.raises(CommandError, match=sentence):
        royalty("--schedule", str(path), "--work", str(work))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--out", "a.pdf"], "--out: tệp phải có đuôi .csv hoặc .xlsx"),
        (["--on", "hôm qua"], "--on: “hôm qua” không phải là ngày"),
        (["--work", "khong-co.csv"], "không mở được tệp"),
        (["--work", TABLE], "bac-giang-570-2013.yaml: "),
    ],
)
def test_command_names_what_is_wrong_with_its_words(work, arguments, sentence):
    given = ["--schedule", TABLE, *([] if "--work" in arguments else ["--work", str(work)]), *arguments]
    with pytest.raises(CommandError) as caught:
        royalty(*given)
    assert sentence in str(caught.value)
