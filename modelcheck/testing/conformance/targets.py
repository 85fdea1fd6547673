"""Checks of a plug-in's hook ``modelcheck_open``: what it opens, what it leaves to others, and what leads out of its store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from modelcheck.blame import blame
from modelcheck.errors import Absent, Broken, Crash, TargetError
from modelcheck.sources import Access, Source
from modelcheck.sources.target import SCHEME, Target, parse_target
from modelcheck.testing.conformance.pack import Pack
from modelcheck.testing.conformance.running import bounded
from modelcheck.testing.opening import open_source

_OTHERS = (
    "acme/Thing-7B", "acme/Thing-7B@main", "acme/Thing-GGUF:Q8_0", "ollama://llama3", "http://127.0.0.1:9/v1", "no-such-scheme://x/y",
    "no-such-scheme://" + "x" * 5_000, "", "://", "\u202e://x", "./missing", "a b c",
)  # fmt: skip
_OUTSIDE = ("..", "../..", "../../../../etc", "/etc", "//etc", "a/../../..", "%2e%2e/%2e%2e", "~", "a\\..\\..\\..")


def checks_of_source(pack: Pack, targets: tuple[str, ...]) -> Iterator[tuple[str, Callable[[], None]]]:
    """The checks of a hook ``modelcheck_open`` by their names; none without that hook."""
    if pack.opens is None:
        return
    yield "source: targets of others", partial(_others, pack)
    for target in targets:
        yield f"source {target}: protocol", partial(_protocol, target, pack.name)
        if SCHEME.fullmatch(target):
            yield f"source {target}: names that lead outside", partial(_outside, target.partition("://")[0], pack)
    if not targets:
        yield "source: protocol", _no_target


def _no_target() -> None:
    import pytest  # of the process that runs the checks

    pytest.skip("give a target that the plug-in opens: --modelcheck-target acme://thing")


def _protocol(target: str, pack: str) -> None:
    bounded(target, partial(open_source, target, plugin=pack))


def _asked(pack: Pack, target: Target) -> Source | None:
    """What the hook returns, None for a target that it refuses. Raises AssertionError if it crashes."""
    given = {"target": target, "access": Access(network=False, timeout=1.0)}
    opens = pack.opens
    if opens is None:
        return None
    names = [name for name in given if name in opens.__code__.co_varnames[: opens.__code__.co_argcount]]
    try:
        with blame("modelcheck_open", pack.name, target.text[:80], allow=(TargetError, Broken, AssertionError)):
            found: Source | None = bounded(
                f"modelcheck_open({target.text[:80]!r})", lambda: opens(**{name: given[name] for name in names})
            )
    except (TargetError, Broken):
        return None
    except Crash as crash:
        raise AssertionError(
            f"{crash}. Return None for a target that is not yours, raise TargetError for one that is\n{crash.details}"
        ) from crash
    return found


def _target(text: str) -> Target:
    try:
        return parse_target(text)
    except TargetError:
        return Target(text, "other", id=text)


def _others(pack: Pack) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / "config.json").write_text("{}")
        for text in (*_OTHERS, folder, f"{folder}/config.json"):
            source = _asked(pack, _target(text))
            if source is not None and (text.startswith("no-such-scheme") or not text.strip()):
                raise AssertionError(f"modelcheck_open opens {text[:80]!r}: look at the scheme, and return None for any other")


def _outside(scheme: str, pack: Pack) -> None:
    for name in _OUTSIDE:
        text = f"{scheme}://{name}"
        source = _asked(pack, Target(text, "other", id=text))
        if source is None:
            continue
        try:
            files = source.files()
        except (Absent, Broken, TargetError):
            continue
        if files:
            raise AssertionError(
                f"modelcheck_open opens {text}, with {len(files)} files ({min(files)}, say): a scanned file may name it. "
                "Raise TargetError for a name that leads out of your store"
            )
