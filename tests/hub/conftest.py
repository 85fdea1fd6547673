"""A Hub for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.server import Hub, running_hub


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as made:
        yield made
