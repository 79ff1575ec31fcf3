"""The system account that runs the engines when we are root: PostgreSQL refuses to run as root.

Only what is needed is opened: the account may pass through the folders above its data (an ACL entry
for it alone; the mode bit for others where the file system knows no ACL) and read the wheels' own files.
"""

from __future__ import annotations

import os
import pwd
import stat
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.engines.problem import EngineError

ACCOUNT_NAME = "butlang-engine"
_ACL = "system.posix_acl_access"
_ACL_VERSION = 2
_NO_ID = 0xFFFFFFFF
_USER_OBJ, _USER, _GROUP_OBJ, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x10, 0x20


@dataclass(frozen=True, slots=True)
class Account:
    """A system account by number, as the kernel wants it."""

    uid: int
    gid: int


def account_for(folder: Path) -> Account | None:
    """Who runs the engine whose files lie in `folder`; None: we ourselves (not root).

    Files that exist keep their owner, so an installation made by an ordinary account can be started
    by root and the other way about the engine says whose files they are.
    """
    if os.geteuid() != 0:
        if folder.exists() and folder.stat().st_uid != os.geteuid():
            raise EngineError(f"{folder} belongs to {_name_of(folder.stat().st_uid)}: act as that user or as root")
        return None
    if folder.exists() and folder.stat().st_uid != 0:
        there = folder.stat()
        return Account(there.st_uid, there.st_gid)
    return _dedicated_account()


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user number {uid}"


def _dedicated_account() -> Account:
    """Our own system account, made on first use; `nobody` where none can be made."""
    for name in (ACCOUNT_NAME, "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            if name == "nobody" or not _make_account():
                continue
            entry = pwd.getpwnam(name)
        return Account(entry.pw_uid, entry.pw_gid)
    raise EngineError(
        "PostgreSQL does not run as root and no system account could be made: "
        f"make one named {ACCOUNT_NAME}, or start as an ordinary user"
    )


def _make_account() -> bool:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT_NAME]
    try:
        made = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - fixed words
    except FileNotFoundError:
        return False
    return made.returncode == 0


def make_private_folder(folder: Path, account: Account | None) -> None:
    """`folder` with mode 0700, owned by who runs the engine. Refuses one that somebody else laid there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = folder.lstat()
    wanted = os.geteuid() if account is None else account.uid
    if stat.S_ISLNK(there.st_mode) or there.st_uid not in {wanted, os.geteuid()}:
        raise EngineError(f"{folder} is not ours (owner {_name_of(there.st_uid)}): remove it")
    if account is not None:
        os.chown(folder, account.uid, account.gid)
        let_pass(folder, account)
    folder.chmod(0o700)


def let_pass(path: Path, account: Account) -> None:
    """Let the account pass through the folders above `path`: to go through, not to list."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if mode & stat.S_IXOTH or _passes(folder, account):
            continue
        _grant_passage(folder, mode, account)


def _passes(folder: Path, account: Account) -> bool:
    probe = subprocess.run(  # noqa: S603 - fixed words and our own folder
        ["test", "-x", str(folder)],  # noqa: S607 - part of every POSIX system
        check=False,
        cwd="/",
        user=account.uid,
        group=account.gid,
        extra_groups=[],
    )
    return probe.returncode == 0


def _grant_passage(folder: Path, mode: int, account: Account) -> None:
    try:
        present = os.getxattr(folder, _ACL)
        entries = [struct.unpack_from("<HHI", present, at) for at in range(4, len(present), 8)]
    except (OSError, AttributeError):  # no ACL yet, or none on this system
        group = (mode >> 3) & 7
        entries = [
            (_USER_OBJ, (mode >> 6) & 7, _NO_ID),
            (_GROUP_OBJ, group, _NO_ID),
            (_MASK, group, _NO_ID),
            (_OTHER, mode & 7, _NO_ID),
        ]
    entries = [(tag, perm | 1 if tag == _MASK else perm, who) for tag, perm, who in entries]
    entries = [entry for entry in entries if (entry[0], entry[2]) != (_USER, account.uid)]
    entries.append((_USER, 1, account.uid))
    packed = b"".join(struct.pack("<HHI", *entry) for entry in sorted(entries, key=lambda e: (e[0], e[2])))
    try:
        os.setxattr(folder, _ACL, struct.pack("<I", _ACL_VERSION) + packed)
    except (OSError, AttributeError):
        folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def open_wheel(program: Path, folders: tuple[Path, ...], account: Account) -> None:
    """Let the account run `program`, whose wheel lies in `folders`, also where root's umask was 077."""
    let_pass(program, account)
    if program.stat().st_mode & 0o005 == 0o005:  # noqa: PLR2004 - r-x for others
        return
    for top in folders:
        for place, _, files in os.walk(top):
            Path(place).chmod(stat.S_IMODE(Path(place).stat().st_mode) | 0o055)
            for name in files:
                file = Path(place) / name
                mode = stat.S_IMODE(file.stat().st_mode)
                file.chmod(mode | 0o044 | (0o011 if mode & stat.S_IXUSR else 0))
