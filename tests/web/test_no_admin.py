"""There is no Django admin, and nobody can be made its superuser: docs/adr/0034-no-django-admin.md."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from contributors.models import Account


def test_no_model_can_be_reached_past_the_verbs(db):
    assert not apps.is_installed("django.contrib.admin")
    assert [app for app in settings.INSTALLED_APPS if "admin" in app] == []
    for address in ("/admin/", "/admin/login/", "/admin/payments/statement/"):
        assert Client().get(address).status_code == 404, address
    names = {str(pattern.pattern) for pattern in get_resolver().url_patterns}
    assert not any("admin" in name for name in names)


def test_no_account_is_staff():
    columns = {field.name for field in Account._meta.get_fields()}
    assert columns & {"is_staff", "is_superuser", "groups", "user_permissions"} == set()
