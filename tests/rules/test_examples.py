"""Every rule's documentation runs: what stands under Bad fires, what stands under Good does not."""

from __future__ import annotations

import pytest
from modelcheck.plugins import Plugins
from modelcheck.testing import check_examples


@pytest.mark.parametrize("rule", sorted(Plugins().registry.rules))
def test_bad_fires_and_good_does_not(rule: str) -> None:
    check_examples(rule)
