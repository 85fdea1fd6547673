"""The checkpoints that are compared, each with its rows, or with why it has none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from modelcheck.engine.shared import Shared
from modelcheck.engine.store import Known, Missing
from modelcheck.errors import Absent, Broken, Crash, TargetError
from modelcheck.facts.lineage import Lineage
from modelcheck.facts.weight_rows import WeightRows
from modelcheck.records import record


@record()
class Member:
    """One checkpoint. ``declared`` are the models that its files say it was made from; ``asked`` whether it was named itself."""

    name: str
    rows: WeightRows
    revision: str | None = None
    declared: tuple[str, ...] = ()
    asked: bool = True


@record()
class Unread:
    """A checkpoint whose weights cannot be read, and why."""

    name: str
    problem: str


def opened(names: Iterable[str], shared: Shared, jobs: int, *, asked: bool, tell: Callable[[str], None]) -> list[Member | Unread]:
    """Open checkpoints and read what is compared first, ``jobs`` at a time. Each is named as it was given."""

    def one(name: str) -> Member | Unread:
        member = _open(name, shared, asked=asked)
        tell(name)
        return member

    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(one, names))


def _open(name: str, shared: Shared, *, asked: bool) -> Member | Unread:
    try:
        _, source = shared.opening.read(name)
        if source is None:
            return Unread(name, "no plug-in opens it")
        facts = shared.checkpoints.facts(source)
        found = facts.look_up(WeightRows)
        lineage = facts.get(Lineage)
        declared = tuple(origin.name for origin in lineage.origins) if lineage else ()
        if isinstance(found, Missing):
            return Unread(name, found.reason)
        rows: WeightRows = found.value
        _read_ahead(rows)
        return Member(name, rows, source.revision, declared, asked)
    except Broken as broken:
        return Unread(name, f"{broken.span.path} {broken.message}")
    except (Absent, TargetError, Crash) as why:
        return Unread(name, str(why))


def _read_ahead(rows: WeightRows) -> None:
    """Read the first layer, which every comparison needs: requests of many checkpoints then run beside each other."""
    for part in list(rows.parts())[:2]:
        with suppress(Absent, Broken, TargetError):  # told where it is compared
            rows.read(part)


def parents_of(member: Member, shared: Shared) -> Sequence[str]:
    """The declared parents of a member that can be opened: those with an id of the Hub."""
    _, source = shared.opening.read(member.name)
    found = shared.checkpoints.facts(source).look_up(Lineage) if source is not None else None
    origins = found.value.origins if isinstance(found, Known) else ()
    return [f"{origin.id}@{origin.revision}" if origin.revision else origin.id for origin in origins if origin.id]
