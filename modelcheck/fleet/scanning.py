"""Scans a fleet: sends out the targets that may have changed, and stores each result as soon as it comes.

Threads or Ray look at the targets; only the thread that called ``scan_fleet`` writes to the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import field

from modelcheck.fleet.looking import Outcome, Plan
from modelcheck.fleet.store import Judged, Store, now
from modelcheck.fleet.targets import Item
from modelcheck.records import mutable

Waiting = Sequence[tuple[Item, Judged | None]]
"""Items, each with what is known of it."""
Workers = Callable[[Waiting], Iterable[tuple[Outcome, Judged | None]]]
"""Looks at items, and gives what became of each as it comes."""


RETRIED = "retried"
"""The kind under which it is noted that a target was judged after all."""
_ALL_READ = frozenset(("not-run", "crash"))
"""Failures beside which what a checkpoint's files say is known."""


@mutable
class Tally:
    """What a scan did. ``failed`` is kind of error → number; ``retried`` targets are among the judged ones."""

    judged: int = 0
    unchanged: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    done: int = 0
    retried: int = 0


def scan_fleet(
    store: Store,
    scan: int,
    scope: str,
    items: Sequence[Item],
    plan: Plan,
    workers: Workers,
    tally: Tally,
    ended: Callable[[Tally], None] = lambda _: None,
) -> None:
    """Judge the items that changed and store the result of each; after each item ``tally`` is changed and ``ended`` called."""
    # Also those after which this scan was cut off: they may have changed since.
    waiting = [(item, store.known(item.name)) for item in items]
    for outcome, known in workers(waiting):
        _keep(store, scan, scope, outcome, known, plan)
        tally.done += 1
        tally.retried += bool(outcome.retried)
        if outcome.failure:
            kind = outcome.failure[0]
            tally.failed[kind] = tally.failed.get(kind, 0) + 1
        elif outcome.judged:
            tally.judged += 1
        else:
            tally.unchanged += 1
        ended(tally)


def _keep(store: Store, scan: int, scope: str, outcome: Outcome, known: Judged | None, plan: Plan) -> None:
    item = outcome.item
    judged_by = plan.judged_by
    if outcome.failure:
        store.fail(scan, item.name, *outcome.failure)
        if item.folder:  # it stands for all that was found below it before
            store.seen_below(item.name, scan, scope)
        if outcome.checkpoint is None or (known is not None and outcome.failure[0] not in _ALL_READ):
            if known is not None:
                store.seen(item.name, known, scan, scope)
            return
        judged_by = f"{judged_by} in part"  # so that the next scan looks again
        if known is not None and (known.version, known.judged_by) == (outcome.version, judged_by):
            store.seen(item.name, known, scan, scope)
            return
    elif outcome.retried:
        store.fail(scan, item.name, RETRIED, f"judged after its worker failed: {'; '.join(outcome.retried)}")
    if not outcome.judged and known is not None:
        store.seen(item.name, known, scan, scope)
        return
    _add(store, scan, scope, outcome, known, judged_by)


def _add(store: Store, scan: int, scope: str, outcome: Outcome, known: Judged | None, judged_by: str) -> None:
    name = outcome.item.name
    common = {
        "version": outcome.version, "judged_by": judged_by, "scope": scope, "first_scan": scan, "last_scan": scan,
    }  # fmt: skip
    with store.transaction():
        store.note_scope(name, known, scope)
        if not outcome.failure and not outcome.retried:
            store.recovered(scan, name)
        for one in ("checkpoints", "trees", "uses"):
            store.forget(one, name, scan)
        if outcome.checkpoint is not None:
            store.add("checkpoints", {"name": name, "judged": now(), **common, **outcome.checkpoint})
        if outcome.checkpoint is None or outcome.uses:
            store.add("trees", {"tree": name, "judged": now(), **common, "files": outcome.files})
        for use in outcome.uses:
            store.add("uses", {"tree": name, **common, **use})
