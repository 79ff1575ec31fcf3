"""manage.py rotate_keys"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from payments import envelope
from payments.errors import PaymentError
from payments.key_rotation import rotate_keys


class Command(BaseCommand):
    help = "Wrap every data key by the first key of BUTLANG_KEYS; make search fingerprints anew where it is needed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--new-data-key", action="store_true", help="Encrypt what comes from now on by a new one.")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        try:
            done = rotate_keys(new_data_key=options["new_data_key"])
        except PaymentError as refused:
            raise CommandError(refused.message("en")) from None
        self.stdout.write(
            f"{done.data_keys} data keys, {done.rewrapped} of them rewrapped by “{envelope.first_key_name()}”, "
            f"{done.fingerprints} rows with new search fingerprints"
        )
