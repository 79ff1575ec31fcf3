"""manage.py open_portal: prints the one-time link by which the first administrator of a new portal begins."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.urls import reverse

from contributors.models import Portal
from contributors.opening import LIVES, offer_opening
from payments.law import load_law


class Command(BaseCommand):
    help = "Loads base salaries, tax rules and banks, and prints a link that opens one new portal, once, within a week."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--first", action="store_true", help="only where the installation has no portal yet")

    def handle(self, *args: Any, **options: Any) -> None:
        load_law()
        if options["first"] and Portal.objects.exists():
            return
        address = settings.BASE_URL + reverse("web:begin", args=[offer_opening()])
        self.stdout.write(f"  Lập trang mới, mở một lần trong {LIVES.days} ngày: {address}")
