"""Whether two models whose first layers are the same are the same throughout: a few values of tensors all over them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from modelcheck.errors import Absent, Broken, TargetError
from modelcheck.matching.deciding import CLOSE, Kinship
from modelcheck.matching.permutation import EXACT, is_rounded
from modelcheck.records import replace

if TYPE_CHECKING:
    from modelcheck.matching.rows import Rows
    from modelcheck.matching.sample import Sample

_MOST = 24
"""Tensors of which values are read, of those with layers; as many layers are looked into."""
_MOST_VECTORS = 8
"""The same of norms and biases."""
_MOST_NEARBY = 1000
"""Further tensors of files on this machine."""


def throughout(kinship: Kinship, ours: Callable[[], Sample], theirs: Callable[[], Sample]) -> Kinship:
    """Return what else is known of models that are the same, or the same but for rounding, where they were compared.

    ``whole`` is set if the digests of their files are the same, or a row of every tensor is; if they differ elsewhere, the degree
    is that of the difference. If other tensors cannot be compared, the answer is as it was.
    """
    try:
        one, other = ours(), theirs()
        if kinship.degree == "identical" and one.digests and one.digests == other.digests:
            return replace(kinship, whole=True)
        found = _sampled(kinship, one, other) if one.shapes == other.shapes else kinship
        return replace(found, whole=True) if not found.whole and found.degree == "identical" and _same_files(one, other) else found
    except (Absent, Broken, TargetError):
        return kinship


def _same_files(one: Sample, other: Sample) -> bool:
    """Whether files on this machine, which are read for it, have the digests that are known of the others."""
    here, there = (one, other) if other.digests else (other, one)
    if here.digests or not there.digests or here.hashed is None or here.places != there.places:
        return False
    return here.hashed() == there.digests


def _sampled(kinship: Kinship, one: Sample, other: Sample) -> Kinship:
    import numpy as np

    degree, difference, size = kinship.degree, 0.0, 0.0
    names = chosen(one.shapes, all_over=one.nearby and other.nearby)
    for name in names:
        left, right = one.read(name), other.read(name)
        with np.errstate(all="ignore"):
            apart, norm = _apart(left, right)
            difference, size = difference + apart**2, size + norm**2
            if apart == 0.0:
                continue
            if is_rounded(left, right) or is_rounded(right, left):
                degree = "rounded"
                continue
        change = (difference / max(size, 1e-30)) ** 0.5
        return replace(kinship, degree="close" if change <= CLOSE else "far", change=change, elsewhere=name)
    if one.digests and other.digests and one.digests != other.digests and one.places == other.places:
        return kinship  # the same headers and other bytes: they differ in what was not read
    return replace(kinship, degree=degree, whole=len(names) == sum(0 not in shape for shape in one.shapes.values()))


def _apart(left: Rows, right: Rows) -> tuple[float, float]:
    """The norm of the difference, and the mean norm; values that are not finite count where only one has them."""
    import numpy as np

    a, b = left.values.astype(np.float64), right.values.astype(np.float64)
    if a.shape != b.shape or (left.kind != right.kind and not {left.kind, right.kind} <= set(EXACT)):
        raise Absent(f"{left.name} is stored in another way")
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    a, b = np.nan_to_num(a, posinf=0.0, neginf=0.0), np.nan_to_num(b, posinf=0.0, neginf=0.0)
    apart = float(np.linalg.norm(np.where(same, 0.0, a - b)))
    norm = float(np.linalg.norm(a) + np.linalg.norm(b)) / 2
    return (apart or norm or 1.0) if not same.all() else 0.0, norm


def chosen(shapes: Mapping[str, tuple[int, ...]], *, all_over: bool = False) -> list[str]:
    """Tensors of every kind, and of layers all over the model, from the last to the first: matrices, then vectors.

    ``all_over`` adds the other tensors, as many as ``_MOST_NEARBY`` allows: where reading one costs no request. A model that has no
    more tensors than are read anyway is read whole.

    A kind is a name without its numbers. The i-th tensor is of the i-th kind, in the i-th layer from the end; so each kind and each
    layer occurs once at least, as far as ``_MOST`` allows.
    """
    shapes = {name: shape for name, shape in shapes.items() if 0 not in shape}
    matrices = [name for name, shape in shapes.items() if len(shape) > 1]
    vectors = [name for name, shape in shapes.items() if len(shape) <= 1]
    found = [*_of_all_kinds(matrices, _MOST), *_of_all_kinds(vectors, _MOST_VECTORS)]
    all_over = all_over or len(shapes) <= _MOST + _MOST_VECTORS
    others = sorted(shapes.keys() - set(found)) if all_over else []
    step = max(1, -(-len(others) // _MOST_NEARBY))
    return [*found, *others[::step]]


def _of_all_kinds(names: list[str], most: int) -> list[str]:
    kinds: dict[str, list[tuple[tuple[int, ...], str]]] = {}
    for name in names:
        numbers = tuple(int(number[:9]) for number in re.findall(r"\d+", name))
        kinds.setdefault(re.sub(r"\d+", "#", name), []).append((numbers, name))
    alone = sorted(of[0][1] for of in kinds.values() if len(of) == 1)[:most]
    many = [sorted(of) for _, of in sorted(kinds.items()) if len(of) > 1]
    if not many:
        return alone
    layers = len({numbers[0] for of in many for numbers, _ in of})
    count = min(most, max(layers, len(many)))
    found = []
    for place in range(count):
        of = many[place % len(many)]
        share = 1 - (place % layers) / max(1, min(layers, count) - 1)
        found.append(of[round(max(share, 0.0) * (len(of) - 1))][1])
    return list(dict.fromkeys([*alone, *found]))
