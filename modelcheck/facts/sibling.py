"""The instruct sibling of a base checkpoint and the reverse, by the naming convention of its family."""

from __future__ import annotations

import re

from modelcheck.declarations import fact
from modelcheck.errors import Absent
from modelcheck.facts.checkpoint_name import CheckpointName
from modelcheck.facts.interface import Interface
from modelcheck.families import instruct_name
from modelcheck.handles import Checkpoints
from modelcheck.patterns import lazy
from modelcheck.records import record
from modelcheck.verdict import Verdict


@record()
class InstructSibling:
    """``name`` is a Hub id. ``verified`` is set if its own files were read and say that it is an instruct model."""

    name: str
    verified: bool


@record()
class BaseSibling:
    """The base checkpoint that an instruct model was trained from, by the same convention. ``verified`` as above."""

    name: str
    verified: bool


# The part of an instruct model's name that says so, and what replaces it in its base model's name.
_ENDINGS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (lazy(r"-(Instruct|Chat)(?=-|$)"), ("", "-Base")),
    (lazy(r"-(instruct|chat|it)(?=-|$)"), ("", "-base", "-pt")),
    (lazy(r"$"), ("-Base", "-base")),
)


@fact(cost="files")
def instruct_sibling(name: CheckpointName, verdict: Verdict, own: Interface | None, checkpoints: Checkpoints) -> InstructSibling:
    """Of a base checkpoint with a Hub id, by the convention. Looked up on the Hub or in its cache, within the run's budget."""
    if verdict.label != "base" or name.owner is None:
        raise Absent("it is not a base checkpoint of the Hub", ordinary=True)
    id_ = instruct_name(name.whole)
    if id_ is None:
        raise Absent("its family has no known naming convention", ordinary=True)
    return InstructSibling(id_, _is_a(id_, "instruct", own, checkpoints))


@fact(cost="files")
def base_sibling(name: CheckpointName, verdict: Verdict, own: Interface | None, checkpoints: Checkpoints) -> BaseSibling:
    """Of an instruct checkpoint with a Hub id: the id whose instruct sibling it is."""
    if verdict.label != "instruct" or name.owner is None:
        raise Absent("it is not an instruct checkpoint of the Hub", ordinary=True)
    for ending, others in _ENDINGS:
        for other in others if ending.search(name.whole) else ():
            id_ = ending.sub(other, name.whole, count=1)
            if instruct_name(id_) == name.whole:
                return BaseSibling(id_, _is_a(id_, "base", own, checkpoints))
    raise Absent("its family has no known naming convention", ordinary=True)


def _is_a(id_: str, stage: str, own: Interface | None, checkpoints: Checkpoints) -> bool:
    """Whether a checkpoint's own files say that it is of a stage, and has the same shape as this one."""
    theirs = checkpoints.verdict(id_, None)
    if theirs.label != stage or not {one.group for one in theirs.stage} - {"name"}:
        return False
    other = checkpoints.fact(Interface, id_, None)
    return not (own and other and own.shape and other.shape) or own.shape == other.shape
