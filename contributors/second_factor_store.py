"""The table in which django-allauth keeps authenticators, without the rest of allauth.

allauth's own configuration of the app would load its accounts: their tables of e-mail addresses, their middleware,
their views. Why only the table serves us: docs/adr/0013-second-factor.md.
"""

from __future__ import annotations

from django.apps import AppConfig


class SecondFactorStore(AppConfig):
    name = "allauth.mfa"
    label = "mfa"
    default_auto_field = "django.db.models.BigAutoField"
