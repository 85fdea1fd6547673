"""Each fault that users reported is found in a checkpoint that has it."""

from __future__ import annotations

import pytest
from modelcheck.testing import check

from rules.cases import CASES, Case


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.numbers} {case.what}")
def test_it_is_caught(case: Case) -> None:
    assert check(case.rule, case.files, name=case.name, others=case.others)
