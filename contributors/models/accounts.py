"""Who logs in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from contributors.models.tenancy import new_public_id


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, login_phone: str, password: str | None = None, **fields: Any) -> Account:
        account = self.model(login_phone=login_phone, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A login of the whole installation, by phone. What it may do in a portal stands in seats and grants.

    Written by `contributors.registration`.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    login_phone = models.CharField(max_length=16, unique=True, help_text="E.164, +84…")
    name = models.CharField(max_length=300)
    language = models.CharField(max_length=2, default="vi")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "login_phone"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name
