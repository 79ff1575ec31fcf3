"""manage.py restore_login 0912345678 [--drop-second-factor]: for people whom nobody in their portal can let in."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from contributors.codes import code_for_operator
from contributors.errors import DomainError
from contributors.models import Account
from contributors.names import normal_phone
from contributors.second_factor import drop_second_factor


class Command(BaseCommand):
    help = "Prints a login code to read out to a person, and takes a lost second factor away where asked to."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("phone", help="the phone of the login")
        parser.add_argument(
            "--drop-second-factor",
            action="store_true",
            help="the person has lost both their phone and their recovery codes; make sure that it is they who ask",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            code = code_for_operator(phone=options["phone"])
            number = normal_phone(options["phone"])
        except DomainError as refused:
            raise CommandError(refused.message("en")) from None
        if options["drop_second_factor"]:
            account = Account.objects.filter(login_phone=number).first()
            if account is None or not drop_second_factor(account=account):
                message = "this login has no second factor"
                raise CommandError(message)
            self.stdout.write("The second factor is gone; it can be set up again after logging in.")
        self.stdout.write(f"Code, for ten minutes, at /login/first/ together with the phone: {code}")
