"""Papers know no framework, no database and no clock: they are imported where Django is not."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
LOOK = """
import sys
import payments.papers.statement, payments.papers.payment_list, payments.papers.payee_sheet, contributors.papers.layout.closing
print(sorted({name.partition(".")[0] for name in sys.modules} & {"django", "psycopg", "celery", "config", "redis"}))
"""


def test_papers_import_no_framework() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
    )

    assert done.stdout.strip() == "[]"
