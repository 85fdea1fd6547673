"""The pytest plug-in: fixtures ``modelcheck_check`` and ``modelcheck_examples``.

The rest is imported inside the fixtures: pytest loads this module in every environment where modelcheck is installed, before
pytest-cov starts to measure.
"""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="session")
def modelcheck_check() -> Any:
    """``modelcheck.testing.check``."""
    from modelcheck.testing import check

    return check


@pytest.fixture(scope="session")
def modelcheck_examples() -> Any:
    """``modelcheck.testing.check_examples``."""
    from modelcheck.testing import check_examples

    return check_examples
