"""Of each rule a fault, and correct checkpoints and deployments that resemble it: the rule reports the fault only."""

from __future__ import annotations

import pytest
from modelcheck.testing import check

from rules.fault import Fault
from rules.faults_of_files import CARDS, TENSORS
from rules.faults_of_uses import FINETUNING, SERVED
from rules.faults_of_weights import VALUES

ALL = (*CARDS, *TENSORS, *FINETUNING, *SERVED, *VALUES)


@pytest.mark.parametrize("fault", ALL, ids=lambda fault: f"{fault.rule}-{fault.says}")
def test_the_fault_is_reported(fault: Fault) -> None:
    found = check(fault.rule, fault.files, name=fault.name, others=fault.others)
    assert any(fault.says in one.finding.message for one in found), [one.finding.message for one in found]


@pytest.mark.parametrize(
    ("fault", "what"), [(fault, what) for fault in ALL for what in fault.fine], ids=lambda value: getattr(value, "rule", value)
)
def test_what_looks_like_it_is_not(fault: Fault, what: str) -> None:
    found = check(fault.rule, fault.fine[what], name=fault.name, others=fault.others, may_skip=True)
    assert found == [], [one.finding.message for one in found]
