from __future__ import annotations

import importlib
import pkgutil
import re

import modelcheck
import pytest
from modelcheck.patterns import _Lazy, lazy

import modelcheck_rules

MODULES = sorted(
    found.name
    for package in (modelcheck, modelcheck_rules)
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    if not found.name.endswith(("__main__", "worker", "environment"))
)


@pytest.mark.parametrize("name", MODULES)
def test_every_pattern_compiles(name: str) -> None:
    for value in vars(importlib.import_module(name)).values():
        if isinstance(value, _Lazy):
            assert value.groups >= 0


def test_a_lazy_pattern_is_one() -> None:
    pattern = lazy(r"A(b)", re.IGNORECASE)
    assert pattern.fullmatch("aB")
    assert pattern.sub(r"\1", "ab") == "b"
    with pytest.raises(re.error):
        lazy("(").search("")
