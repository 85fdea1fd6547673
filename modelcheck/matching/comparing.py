"""Compares the rows of two checkpoints' weights, reading no more than an answer needs."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from modelcheck.errors import Absent, Broken, TargetError
from modelcheck.limits import uncounted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from modelcheck.matching.deciding import Kinship
    from modelcheck.matching.permutation import Match
    from modelcheck.matching.rows import Rows
    from modelcheck.matching.sample import Sample

_ATTENTION = ("query", "value", "query-key-value")
"""Parts that are compared only where no rows of an MLP can be: GGUF files order them in another way."""
NEEDED = "comparing weights needs numpy and scipy: pip install 'modelcheck[lineage]'"


class Sampled(Protocol):
    """A model of which some rows can be read, as the fact WeightRows is."""

    @property
    def parts(self) -> Callable[[], Mapping[str, tuple[int, ...]]]:
        """Returns the names of the parts, with the sizes of their matrices."""

    @property
    def read(self) -> Callable[[str], Rows]:
        """Returns the rows of a part. Raises Absent, Broken, Unavailable."""

    @property
    def sample(self) -> Callable[[], Sample] | None:
        """Returns values of tensors all over the model; None for a fingerprint."""


def compared(a: Sampled, b: Sampled) -> Kinship:
    """Return whether the weights of one checkpoint come from another's, reading no more than that needs. Raises Absent."""
    if find_spec("scipy") is None or find_spec("numpy") is None:
        raise Absent(NEEDED)
    with uncounted():
        import scipy.optimize  # type: ignore[import-untyped, unused-ignore] # noqa: F401 - what the comparison needs
    made = _compared(a, b)
    if made.degree in ("identical", "rounded") and a.sample and b.sample:
        from modelcheck.matching.throughout import throughout

        return throughout(made, a.sample, b.sample)
    return made


def _compared(a: Sampled, b: Sampled) -> Kinship:
    from modelcheck.matching.deciding import decide

    matches: list[Match] = []
    missing: list[str] = []
    for parts in _groups(a, b, missing):
        if is_attention(parts[0]) and any(one.axis == "rows" for one in matches):
            break
        matches += filter(None, (_match(a, b, part, missing) for part in parts))
        made = decide(matches, missing)
        if made.outcome != "cannot tell":
            return made
    return decide(matches, missing)


def is_attention(part: str) -> bool:
    """Whether a part is one of attention."""
    return part.endswith(_ATTENTION)


def _groups(a: Sampled, b: Sampled, missing: list[str]) -> Iterator[list[str]]:
    """The parts that both have in the same size, those of one layer together. The embedding may have more tokens in one."""
    ours, theirs = a.parts(), b.parts()
    groups: dict[str, list[str]] = {}
    for part, shape in ours.items():
        other = theirs.get(part)
        if other is None:
            continue
        if shape == other or (part == "embedding" and shape[1:] == other[1:]):
            groups.setdefault(_group(part), []).append(part)
        else:
            missing.append(
                f"{part} is {' × '.join(f'{size:,}' for size in shape)}, not {' × '.join(f'{size:,}' for size in other)}"
            )
    if not any(part.startswith("layer") for part in (*ours, *theirs)):
        missing.append("no matrices of their layers' MLP are known")
    elif not missing and not any(groups):
        missing.append("their layers have other matrices")
    yield from groups.values()


def _group(part: str) -> str:
    return f"{part.rpartition(' ')[0]}{' attention' if is_attention(part) else ''}"


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{size:,}" for size in shape)


def _match(a: Sampled, b: Sampled, part: str, missing: list[str]) -> Match | None:
    """The comparison of one part; None, and the reason in ``missing``, if it cannot be made."""
    from modelcheck.matching.permutation import match

    try:
        found = match(a.read(part), b.read(part))
    except Broken as broken:
        missing.append(f"{part}: {broken.span.path} {broken.message}")
        return None
    except (Absent, TargetError) as why:
        missing.append(f"{part}: {why}")
        return None
    if found is None:
        missing.append(f"{part} has too few rows that differ, are finite and not zero")
    return found
