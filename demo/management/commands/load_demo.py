"""manage.py load_demo: the demo portal, once."""

from __future__ import annotations

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand

from demo.loader import demo_portal, load_demo
from payments.law import load_law


class Command(BaseCommand):
    help = "Loads the demo portal through the product's own verbs; one that is there is kept."

    def handle(self, *args: Any, **options: Any) -> None:
        load_law()
        if demo_portal() is not None:
            self.stdout.write("demo portal: kept as it is")
            return
        started = time.monotonic()
        total = 0
        for left in load_demo():
            total = total or left + 1
            done = total - left
            if sys.stdout.isatty() and done % 20 == 0:
                self.stdout.write(f"\rdemo portal: {done} of {total} deeds", ending="")
                self.stdout.flush()
        lead = "\r" if sys.stdout.isatty() else ""
        self.stdout.write(f"{lead}demo portal: {total} deeds in {time.monotonic() - started:.0f} s")
