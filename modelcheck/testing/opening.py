"""Opens a target as a run does, and checks that the source which a plug-in returns keeps the protocol of sources."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from modelcheck.blame import blame
from modelcheck.engine.opening import Opening
from modelcheck.errors import Absent, Broken, Crash, TargetError
from modelcheck.sources import Access, Explained, Nearby, OnDisk, PartlyListed, Source, Tree, Withholding
from modelcheck.testing.checking import installed

_MOST_FILES = 20
_LONGEST = 2**20
_MISSING = "modelcheck-testing/there is no such file"
_OUTSIDE = ("../outside", "/etc/hostname", "a/../../outside")


def open_source(
    target: str, *, env: Mapping[str, str] | None = None, network: bool = False, timeout: float = 30.0, plugin: str | None = None
) -> Source:
    """Return the source that a plug-in's ``modelcheck_open`` returns for a target, checked by ``check_source``.

    ``target`` is what a user gives to ``modelcheck scan``. ``env`` are environment variables for the time of the call.
    ``network`` and ``timeout`` (in seconds) are what the source may use. ``plugin`` is the plug-in that has to open it; by default
    any but modelcheck's own.

    Raises AssertionError if no plug-in opens it, if another one does, if it is refused or crashes, and if the source is faulty.
    """
    opening = Opening(installed(), Access(network, timeout))
    with _environment(env or {}):
        try:
            _, source = opening.read(target)
        except TargetError as error:
            raise AssertionError(f"{target} is refused ({error.kind}): {error}") from error
        except Broken as error:
            raise AssertionError(f"{target} is refused: {error.span} {error.message}") from error
        except Crash as crash:
            raise AssertionError(crash.details or str(crash)) from crash
        if source is None:
            raise AssertionError(f"no plug-in opens {target}")
        by = opening.opened_by(source)
        if by != plugin and (plugin or by.startswith("modelcheck")):
            raise AssertionError(f"{target} is opened by {by}, not by {plugin or 'a plug-in'}: is it a text that your hook knows?")
        check_source(source)
    return source


@contextmanager
def _environment(added: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in added}
    os.environ.update(added)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def check_source(source: object) -> None:
    """Raises AssertionError, with what to do, for a source that does not keep the protocol ``modelcheck.sources.Source``.

    Its files are listed twice, its smaller ones (20 of at most 1 MiB) are read whole and in parts, and a missing one and paths that
    lead outside are asked for. It needs at least one file that can be read.
    """
    missing = [name for name in ("kind", "name", "revision", "files", "read", "read_range", "shown") if not hasattr(source, name)]
    if not isinstance(source, Source) or missing:
        raise AssertionError(f"{type(source).__name__} is not a Source: it has no {', '.join(missing)}")
    try:
        with blame(f"{type(source).__name__} must raise Absent, Broken or Unavailable", "", allow=(AssertionError,)):
            _described(source)
            sizes = _listed(source)
            small = sorted((size, path) for path, size in sizes.items() if size is not None and size <= _LONGEST)
            unsized = [(None, path) for path, size in sizes.items() if size is None]
            chosen = [*small, *unsized][:_MOST_FILES]
            _expect(bool(chosen), f"of {len(sizes)} files none is of at most {_LONGEST:,} bytes: test it with a smaller checkpoint")
            for size, path in chosen:
                _read(source, path, size)
            _not_there(source)
    except Crash as crash:
        raise AssertionError(f"{crash.name}, not {crash.cause}\n{crash.details}") from crash


def _expect(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - what is claimed
    if not holds:
        raise AssertionError(otherwise)


def _described(source: Source) -> None:
    for field, value in (("kind", source.kind), ("name", source.name)):
        _expect(isinstance(value, str) and bool(value.strip()), f"{field} must be a text that is not empty, not {value!r}")
    optional: dict[str, object] = {"revision": source.revision}
    if isinstance(source, Explained):
        optional["reason"] = source.reason
    if isinstance(source, Withholding):
        optional["withheld"] = source.withheld
    for field, may_be_none in optional.items():
        _expect(may_be_none is None or isinstance(may_be_none, str), f"{field} must be a text or None, not {may_be_none!r}")
    if isinstance(source, Nearby):
        _expect(isinstance(source.nearby, bool), f"nearby must be True or False, not {source.nearby!r}")


def _listed(source: Source) -> Mapping[str, int | None]:
    sizes = source.files()
    _expect(isinstance(sizes, Mapping), f"files() must return a mapping of path to size, not {type(sizes).__name__}")
    _expect(bool(sizes), "files() is empty: give open_source a checkpoint that has files")
    for path, size in sizes.items():
        _expect(isinstance(path, str), f"files() must have paths as texts, not {path!r}")
        parts = path.split("/")
        inside = not path.startswith("/") and "\\" not in path and not {"", ".", ".."} & set(parts)
        _expect(inside, f"files() must have paths from the checkpoint's root with / between folders, not {path!r}")
        whole = size is None or (isinstance(size, int) and not isinstance(size, bool) and size >= 0)
        _expect(whole, f"files() must have sizes in bytes, or None where that is not known, not {size!r} for {path}")
    _expect(dict(source.files()) == dict(sizes), "files() must return the same listing when it is asked again")
    if isinstance(source, PartlyListed):
        texts = all(isinstance(one, str) for row in source.unread.items() for one in row)
        _expect(texts, "unread must be a mapping of folder to the reason, both texts")
    return sizes


def _read(source: Source, path: str, size: int | None) -> None:
    content = source.read(path, _LONGEST)
    _expect(isinstance(content, bytes), f"read({path!r}) must return bytes, not {type(content).__name__}")
    _expect(size in (None, len(content)), f"read({path!r}) returns {len(content)} bytes, but files() says {size}")
    for start, length in ((0, 4), (len(content) // 2, 3), (max(0, len(content) - 2), 8), (len(content), 1)):
        part, right = source.read_range(path, start, length), content[start : start + length]
        _expect(part == right, f"read_range({path!r}, {start}, {length}) must return {right!r}, not {part!r}")
    if len(content) > 1:
        _raises(partial(source.read, path, len(content) - 1), (Broken,), f"read({path!r}, {len(content) - 1}), of a longer file,")
    shown = source.shown(path)
    one_line = isinstance(shown, str) and bool(shown) and "\n" not in shown
    _expect(one_line, f"shown({path!r}) must be a text of one line, not {shown!r}")
    if isinstance(source, OnDisk):
        _expect(source.local(path).read_bytes() == content, f"local({path!r}) must be a file with what read() returns")


def _not_there(source: Source) -> None:
    for path in (_MISSING, *_OUTSIDE):
        kinds = (Absent,) if path == _MISSING else (Absent, Broken)
        of = "of no file of the checkpoint,"
        _raises(partial(source.read, path, _LONGEST), kinds, f"read({path!r}), {of}")
        _raises(partial(source.read_range, path, 0, 1), kinds, f"read_range({path!r}, 0, 1), {of}")
    if isinstance(source, Tree):
        _expect(source.folder(_MISSING) is None, "folder() of a missing folder must return None")


def _raises(work: Callable[[], object], kinds: tuple[type[Exception], ...], what: str) -> None:
    must = f"{what} must raise {' or '.join(kind.__name__ for kind in kinds)}"
    try:
        with blame(must, "", allow=kinds):
            found = work()
    except kinds:
        return
    raise AssertionError(f"{must}, and returns {found!r:.60}")
