"""Targets: what a text of the command line, or of a file, names. A folder, a file, a Hub id, a server …"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal

from modelcheck.errors import TargetError
from modelcheck.patterns import lazy
from modelcheck.records import record

_PART = r"[A-Za-z0-9][\w.-]{0,95}"
OWNED_ID = rf"{_PART}/{_PART}"
"""The pattern of a Hub id with its owner, ``org/name``: the one place where it is written."""
REPO_ID = lazy(rf"{_PART}(/{_PART})?")
SCHEME = lazy(r"[a-z][a-z0-9+.-]*://\S+", words=("://",))
"""A text with a scheme, which a plug-in may own."""
REVISION = lazy(r"(?!.*\.\.)[A-Za-z0-9][\w./-]*")
_USER = lazy(r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#\s]*@", words=("@",))
_STANDARD_INPUT = ("-", "/dev/stdin")
_URL = lazy(r"(hf://(models/)?|https?://(huggingface\.co|hf\.co)/)", words=("hf://", "hf.co/", "huggingface.co/"))
_FOLDERS = frozenset("models model checkpoints checkpoint weights outputs output deploy deployments configs config k8s src".split())
"""Names of folders in a project, which nobody on the Hub is called."""
_LINE = lazy(r":\d+(:\d+)?$")
"""A line, and perhaps a column, after a path, as other tools print it."""
_FILE_SUFFIXES = frozenset(".yaml .yml .json .md .toml .sh .py .txt .jinja .cfg .ini .env .tf .hcl .gguf .safetensors .bin".split())


@record(eq=True)
class Target:
    """One thing to judge. ``text`` is as given, without a password; ``path`` is local; the ``id`` of an endpoint is its address.

    The kind ``other`` is a text that modelcheck does not know, such as ``acme://thing``: its ``id`` is the text, and only a plug-in
    can open it. A ``stream`` is a pipe at ``path``, or standard input where that is None. ``quant`` and ``file`` select one GGUF
    file of a repository that holds many.
    """

    text: str
    kind: Literal["hub", "folder", "file", "stream", "ollama", "endpoint", "other"]
    id: str | None = None
    revision: str | None = None
    path: Path | None = None
    quant: str | None = None
    file: str | None = None


def parse_target(text: str) -> Target:
    """Return what ``text`` names: a file or folder that exists, else a Hub id. Raises TargetError if it can be neither."""
    if "\0" in text or not text.strip():
        raise TargetError("not-found", "a target is empty")
    if text in _STANDARD_INPUT:
        return Target(text, "stream")
    url = _URL.match(text)
    if url:
        return _hub(text, text[url.end() :].rstrip("/"))
    address, text = text, without_password(text)
    if is_server(text):
        return Target(text, "endpoint", id=address)
    if text.startswith("ollama://"):
        return Target(text, "ollama", id=text.removeprefix("ollama://"))
    path = below_home(text)
    try:
        if path.is_dir():
            return Target(text, "folder", path=path)
        if path.is_fifo():
            return Target(text, "stream", path=path)
        if path.exists():
            return Target(text, "file", path=path)
    except OSError as error:
        raise TargetError("unreadable", f"{text}: {error.strerror or error}") from None
    if path.is_symlink():
        raise TargetError("unreadable", f"{text} is a link to nothing or to itself")
    if _looks_local(text) or _in_a_folder(path):
        known = _LINE.sub("", text)
        hint = f": without the line, {known} is one" if known != text and Path(known).exists() else ""
        raise TargetError("not-found", f"{text}: no such file or folder{hint}")
    return _hub(text, text)


def without_password(text: str) -> str:
    """Return an address without the name and the password before its host; another text as it is."""
    return _USER.sub(r"\1", text)


def below_home(text: str) -> Path:
    """The path with the user's home in place of ``~``; as it is written for a user without a home, for whom pathlib raises."""
    return Path(os.path.expanduser(text))  # noqa: PTH111


def is_server(text: str) -> bool:
    """Return whether a target is the address of a server, and not that of a page of the Hub."""
    return text.startswith(("http://", "https://")) and not _URL.match(text)


def is_hub_id(text: str) -> bool:
    """Return whether a text that may as well be a path is a Hub id with its owner: ``models/thing.gguf`` is none."""
    if not re.fullmatch(OWNED_ID, text) or Path(text).suffix.lower() in _FILE_SUFFIXES:
        return False
    return text.partition("/")[0].lower() not in _FOLDERS


def _hub(text: str, name: str) -> Target:
    id_, _, revision = name.partition("@")
    id_, _, quant = id_.partition(":")
    owner, _, rest = id_.partition("/")
    id_, file = (
        (f"{owner}/{rest.partition('/')[0]}", rest.partition("/")[2]) if rest.endswith(".gguf") and "/" in rest else (id_, "")
    )
    valid = REPO_ID.fullmatch(id_) and (not revision or REVISION.fullmatch(revision)) and ".." not in file
    if not valid or name.endswith(("@", ":")) or (quant and not re.fullmatch(r"[\w.-]+", quant)):
        raise TargetError(
            "not-found", f"{text!r} is not a file or folder, and not a Hub id of the form org/name or org/name@revision"
        )
    return Target(text, "hub", id=id_, revision=revision or None, quant=quant or None, file=file or None)


def _in_a_folder(path: Path) -> bool:
    """Whether a path lies in a folder that is here, and whose name is that of a folder: ``models/missing``."""
    return path.parent.name.lower() in _FOLDERS and path.parent.is_dir()


def _looks_local(text: str) -> bool:
    name = _LINE.sub("", text.partition("@")[0])
    if text.startswith((".", "/", "~", "\\")) or text.endswith(("/", "\\")):
        return True
    if Path(name).suffix.lower() in _FILE_SUFFIXES and name.count("/") < 2:
        return True
    return name.count("/") > 1 and not name.endswith(".gguf")
