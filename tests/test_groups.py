"""The groups of evidence: the list is that of the signals in use, and a misspelt one is an error."""

from __future__ import annotations

import pytest
from modelcheck.groups import GROUPS, group_problem
from modelcheck.plugins import FIRST_PARTY, Plugins


def test_the_list_holds_the_groups_of_the_first_party_signals_and_no_other() -> None:
    used = {signal.group for signal in Plugins().registry.signals.values() if signal.plugin in FIRST_PARTY}
    assert used == set(GROUPS)


@pytest.mark.parametrize("group", [*GROUPS, "acme", "acme-provenance", "licence2"])
def test_a_known_group_and_one_of_its_own_are_good(group: str) -> None:
    assert group_problem(group) is None


@pytest.mark.parametrize(
    ("group", "says"),
    [
        ("tempalte", "'template'"),
        ("behavior", "'behaviour'"),
        ("weight", "'weights'"),
        ("Card", "lower-case"),
        ("a b", "lower-case"),
    ],
)
def test_a_misspelt_group_is_not(group: str, says: str) -> None:
    assert says in (group_problem(group) or "")
