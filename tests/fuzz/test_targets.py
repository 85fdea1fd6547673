"""No file crashes a rule, and none takes long: each parser is fed for a short while with files that are nearly right."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.targets import SECONDS, SEEDS, feed, mutated


@pytest.mark.parametrize("name", SEEDS)
def test_nothing_crashes_or_hangs(name: str) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**32))
    def examples(number: int) -> None:
        assert feed(name, mutated(SEEDS[name][1], random.Random(number))) < SECONDS * 2  # the renderer's clock, and a slow machine

    examples()


@pytest.mark.parametrize("name", SEEDS)
@given(content=st.binary(max_size=300))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_bytes_are_judged(name: str, content: bytes) -> None:
    feed(name, content)
