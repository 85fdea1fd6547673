"""What ``modelcheck lineage`` does with its options."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import click

from modelcheck.commands.loading import load, warn
from modelcheck.commands.output import chosen_formats, say, write_errors, write_formats
from modelcheck.config import Settings
from modelcheck.engine.shared import Shared
from modelcheck.facts.known_weights import read_fingerprints
from modelcheck.findings import Cost
from modelcheck.fleet.targets import checkpoints_below
from modelcheck.lineage.as_json import as_json
from modelcheck.lineage.fingerprints import fingerprint, members_of, write_index
from modelcheck.lineage.html import as_html
from modelcheck.lineage.lineage import Lineage
from modelcheck.lineage.members import Member, Unread, opened, parents_of
from modelcheck.lineage.pairs import compare_all
from modelcheck.lineage.sections import sections
from modelcheck.lineage.tree import edges
from modelcheck.matching.comparing import NEEDED
from modelcheck.reporters.section_text import markdown_of, text_of
from modelcheck.writing import write_file

_FORMATS: dict[str, Callable[[Lineage], str]] = {
    "text": lambda made: text_of(sections(made, narrow=True)),
    "json": as_json,
    "markdown": lambda made: markdown_of(sections(made)),
    "html": as_html,
}
_AUTHOR = re.compile(r"[A-Za-z0-9][\w.-]*")


def run(
    targets: Sequence[str], search: Sequence[str], formats: Sequence[str], jobs: int, timeout: float, *, offline: bool, quiet: bool
) -> int:
    """Compare, write the reports, and return the exit code."""
    outputs = chosen_formats(formats, _FORMATS)
    shared, tell = _shared(timeout, jobs, offline=offline), _progress(quiet=quiet)
    names = _distinct(targets)
    if len(names) == 1 < len(targets) and not search:
        raise click.UsageError(f"{' and '.join(targets[:2])} are the same: give another checkpoint to compare with")
    asked, unread = _sorted(opened(names, shared, jobs, asked=True, tell=tell))
    found: list[Member] = []
    others: list[Unread] = []
    if search:
        found, others = _found(search, names, shared, jobs, tell)
    elif len(names) == 1:
        parents = [one for one in parents_of(asked[0], shared) if one not in names] if asked else []
        if asked and not parents:
            raise click.UsageError(f"{names[0]} names no model of the Hub that it was made from: give another one, or --search")
        more, unread_parents = _sorted(opened(parents, shared, jobs, asked=True, tell=tell))
        asked, unread = [*more, *asked], [*unread, *unread_parents]
    compared = compare_all(asked, found)
    made = Lineage(compared, edges(compared), (*unread, *others))
    write_formats(made, outputs)
    return 4 if unread else 0


def make_index(
    file: Path, targets: Sequence[str], search: Sequence[str], jobs: int, timeout: float, *, offline: bool, quiet: bool
) -> int:
    """Add fingerprints to a file, and return the exit code."""
    if not targets and not search:
        raise click.UsageError("give a checkpoint, or --search")
    shared, tell = _shared(timeout, jobs, offline=offline), _progress(quiet=quiet)
    entries = {str(entry["name"]): entry for entry in read_fingerprints(file)} if file.exists() else {}
    members, unread = _sorted(opened(_distinct(targets), shared, jobs, asked=True, tell=tell))
    more, others = _found(search, (), shared, jobs, tell)
    for member in (*members, *more):
        made = fingerprint(member)
        if made is None:
            unread.append(Unread(member.name, "none of its weights could be read"))
        else:
            entries[member.name] = made
    with write_errors(file):
        write_file(file, write_index(list(entries.values())).encode())
    for one in (*unread, *others):
        say(f"{one.name}: {one.problem}", error=True)
    say(f"{file}: {len(entries):,} fingerprints")
    return 4 if unread or others else 0


def _shared(timeout: float, jobs: int, *, offline: bool) -> Shared:
    missing = next((name for name in ("numpy", "scipy") if find_spec(name) is None), None)
    if missing:
        raise click.UsageError(NEEDED)
    configured, plugins = load(None)
    warn(plugins.mistakes)
    settings = Settings(budget=Cost.WEIGHTS, offline=offline or configured.offline, timeout=timeout)
    return Shared(plugins.registry, plugins, settings, jobs)


def _found(
    search: Sequence[str], without: Sequence[str], shared: Shared, jobs: int, tell: Callable[[str], None]
) -> tuple[list[Member], list[Unread]]:
    """The checkpoints of all places to search, but for those that were asked for."""
    members: list[Member] = []
    names: list[str] = []
    for where in search:
        if Path(where).is_file():
            members += members_of(Path(where))
        else:
            names += _names(where, shared)
    known = {*map(_place, without), *(one.name for one in members)}
    others = [name for name in _distinct(names) if name not in known and _place(name) not in known]
    more, unread = _sorted(opened(others, shared, jobs, asked=False, tell=tell))
    return [*members, *more], unread


def _names(where: str, shared: Shared) -> Iterator[str]:
    """The checkpoints in a folder, or of an author on the Hub."""
    if Path(where).is_dir():
        found = checkpoints_below(where)
        if not found:
            raise click.UsageError(f"--search {where}: no checkpoint in this folder")
        yield from found
        return
    if not _AUTHOR.fullmatch(where):
        raise click.UsageError(f"--search {where}: no folder, no file of fingerprints and no name of an author")
    if not shared.access.network:
        raise click.UsageError(f"--search {where}: an author's models are listed by the Hub, which --offline does not ask")
    from modelcheck.sources.hub_models import models_of

    yield from models_of(where, None, None, shared.access)


def _distinct(names: Sequence[str]) -> list[str]:
    """The names, the first one of each place."""
    return list({_place(name): name for name in reversed(names)}.values())[::-1]


def _place(name: str) -> str:
    """What a name stands for: the whole path of what is there, else the name itself."""
    return str(Path(name).resolve()) if Path(name).exists() else name


def _sorted(found: Sequence[Member | Unread]) -> tuple[list[Member], list[Unread]]:
    return [one for one in found if isinstance(one, Member)], [one for one in found if isinstance(one, Unread)]


def _progress(*, quiet: bool) -> Callable[[str], None]:
    """Names each checkpoint on standard error when it was read."""

    def tell(name: str) -> None:
        if not quiet:
            say(f"read {name}", error=True)

    return tell
