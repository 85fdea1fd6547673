"""The test of samples: how often it sees a difference where there is none, and which ones it sees. Its own arithmetic, no model."""

from __future__ import annotations

from random import Random

import pytest
from modelcheck.served.samples import EACH, compare_greedy, compare_samples

WORDS = [f"{start}{end}" for start in "bdfghklmnprst" for end in ("ala", "eno", "iru", "osh", "ute")]
PROMPTS = 8


def drawn(random: Random, *, spread: int, shift: int = 0) -> list[list[str]]:
    """Samples of each prompt: three words out of ``spread`` likely ones."""
    return [
        [
            " "
            + " ".join(WORDS[(7 * prompt + shift + min(random.randrange(spread), random.randrange(spread))) % 65] for _ in "123")
            for _ in range(EACH)
        ]
        for prompt in range(PROMPTS)
    ]


@pytest.mark.parametrize("spread", [2, 12, 60])
def test_samples_of_one_model_hardly_ever_differ(spread: int) -> None:
    pairs = [compare_samples(drawn(Random(seed), spread=spread), drawn(Random(seed + 1000), spread=spread)) for seed in range(60)]
    assert sum(one.outcome == "differs" for one in pairs) <= 2  # 0.3 are expected; P(more than 2) is 0.004
    assert not any(one.fault for one in pairs)


@pytest.mark.parametrize("spread", [2, 12])  # where no two samples are the same, 64 of them show nothing
def test_another_distribution_is_seen(spread: int) -> None:
    for seed in range(12):
        check = compare_samples(
            drawn(Random(seed), spread=spread), drawn(Random(seed + 1000), spread=spread, shift=spread // 2 + 1)
        )
        assert (check.outcome, check.fault) == ("differs", None)
        assert "64 completions, p = 0.001" in check.says


def test_the_space_before_a_word_and_a_cut_character_are_no_difference() -> None:
    own = drawn(Random(1), spread=12)
    other = [[text.strip() + "\ufffd" for text in texts] for texts in own]
    assert compare_samples(own, other).outcome == "agrees"


@pytest.mark.parametrize(("same", "outcome"), [(8, "agrees"), (6, "agrees"), (5, "differs"), (0, "differs")])
def test_the_likeliest_completions(same: int, outcome: str) -> None:
    own = [f" the answer {place}" for place in range(PROMPTS)]
    check = compare_greedy(own, [text.strip() if place < same else "another" for place, text in enumerate(own)])
    assert (check.outcome, check.fault) == (outcome, None)
    assert f"{same} of its 8 completions" in check.says
