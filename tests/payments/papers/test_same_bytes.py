"""The same sheet must give the same bytes on any day, in any process, whatever its environment."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from payments.papers.payment_list import render_payment_list
from payments.papers.statement import render_statement
from tests.payments.papers.samples import a_list, a_statement, an_entry

ROOT = Path(__file__).parents[3]
PRINT_BOTH = """
import sys, time
if sys.argv[1] != "0":
    offset, real = float(sys.argv[1]), time.time
    time.time = lambda: real() + offset
    shifted = time.localtime
    time.localtime = lambda *when: shifted(*(when or (time.time(),)))
import hashlib, pathlib
from payments.papers.payment_list import render_payment_list
from payments.papers.statement import render_statement
from tests.payments.papers.samples import a_list, a_statement, an_entry
before = sys.argv[2:] and render_statement(a_statement(7, number_label=sys.argv[2]))
entries = [an_entry(number, works=number % 4) for number in range(1, 40)]
for pdf in (render_statement(a_statement(20, draft_mark="Ж BẢN")), render_payment_list(a_list(entries), entries)):
    print(hashlib.sha256(pdf).hexdigest())
"""


def here() -> list[str]:
    entries = [an_entry(number, works=number % 4) for number in range(1, 40)]
    papers = (render_statement(a_statement(20, draft_mark="Ж BẢN")), render_payment_list(a_list(entries), entries))
    return [hashlib.sha256(pdf).hexdigest() for pdf in papers]


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["0"], {"PYTHONHASHSEED": "1", "TZ": "Asia/Ho_Chi_Minh", "LC_ALL": "C"}),
        (["86400", "Số: 99"], {"PYTHONHASHSEED": "2", "TZ": "America/Los_Angeles"}),
        (["-9999999"], {"PYTHONHASHSEED": "random", "TZ": "UTC", "SOURCE_DATE_EPOCH": "1500000000"}),
        (["0"], {"RL_useA85": "1", "RL_pageCompression": "0", "RL_invariant": "0", "RL_documentLang": "en"}),
    ],
)
def test_paper_in_another_process_has_the_same_bytes(arguments: list[str], environment: dict[str, str]) -> None:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONHASHSEED"}
    done = subprocess.run(
        [sys.executable, "-c", PRINT_BOTH, *arguments],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(ROOT), **environment},
        check=True,
        capture_output=True,
        text=True,
    )

    assert done.stdout.split() == here()
