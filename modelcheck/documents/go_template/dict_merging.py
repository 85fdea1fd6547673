"""``merge`` and ``mergeOverwrite`` of sprig, and copies of mappings."""

from __future__ import annotations

from modelcheck.documents.go_template.data import MAX_ITEMS, Unfit, Value, kind_of, mapping, truth


def items_of(value: Value) -> dict[str, Value]:
    """A copy of a mapping's entries."""
    return dict(mapping(value))


def own(value: Value) -> dict[str, Value]:
    """A mapping that may be changed: the template's own as it is, a copy of one of a file."""
    return value if isinstance(value, dict) else items_of(value)


def merged(*values: Value, overwrite: bool = False) -> Value:
    """``merge``: of two entries the first that is not empty counts; the last one in ``mergeOverwrite``."""
    made = own(values[0])
    for value in values[1:]:
        _merge(made, value, 0, [0], overwrite=overwrite)
    return made


def _merge(made: dict[str, Value], above: Value, depth: int, count: list[int], *, overwrite: bool) -> None:
    """Add to the first mapping what the second has. A mapping below it is copied first: it may be part of another value."""
    for key, value in mapping(above).items():
        count[0] += 1
        if depth > 60 or count[0] > MAX_ITEMS:
            raise Unfit
        known = made.get(key)
        if key in made and kind_of(known) == "map" and kind_of(value) == "map":
            below = items_of(known)
            _merge(below, value, depth + 1, count, overwrite=overwrite)
            made[key] = below
        elif overwrite or not truth(known):
            made[key] = value
