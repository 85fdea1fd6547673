from __future__ import annotations

import gc
import importlib
import pkgutil
import re
from functools import cache

import modelcheck
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from modelcheck.patterns import _Lazy, _Within, lazy

import modelcheck_rules
from tools.listing import TABLES, rows
from tools.needed_words import needed_words

MODULES = sorted(
    found.name
    for package in (modelcheck, modelcheck_rules)
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    if not found.name.endswith(("__main__", "worker", "environment"))
)


def test_every_pattern_compiles() -> None:
    compiled = 0
    for module in MODULES:
        for name, value in vars(importlib.import_module(module)).items():
            if isinstance(value, _Lazy):
                try:
                    assert value.groups >= 0
                except re.error as error:
                    pytest.fail(f"{module}.{name}: {error}")
                compiled += 1
    assert compiled


def test_a_lazy_pattern_is_one() -> None:
    pattern = lazy(r"A(b)", re.IGNORECASE)
    assert pattern.fullmatch("aB")
    assert pattern.sub(r"\1", "ab") == "b"
    with pytest.raises(re.error):
        lazy("(").search("")


@cache
def with_words() -> list[_Within]:
    """The patterns that modules have words for; those of generated tables are in tools/test_needed_words.py."""
    for name in MODULES:
        importlib.import_module(name)
    found = [one for one in gc.get_objects() if type(one) is _Within]  # isinstance would ask proxies of other libraries
    generated = {one["pattern"] for row, files in TABLES.values() for one in rows(row, files)}
    return sorted((one for one in found if one._source not in generated), key=lambda one: str(one._source))


def is_proven(pattern: _Within) -> bool:
    """Whether each text that a match needs holds a word, by the analysis of the pattern."""
    known = isinstance(pattern._source, str) and not pattern._flags & ~re.IGNORECASE  # the analysis reads it with no other flag
    needed = needed_words(pattern._source) if known else ()
    return bool(needed) and all(any(word in text for word in pattern._words) for text in needed)


def test_every_match_of_nearly_every_pattern_with_words_surely_holds_one_of_them() -> None:
    assert len(with_words()) > 25
    unproven = sum(not is_proven(pattern) for pattern in with_words())
    assert unproven < len(with_words()) / 4


@settings(max_examples=200)
@given(st.data())
def test_every_match_of_the_others_holds_one_of_them(data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from([one for one in with_words() if not is_proven(one)]))
    text = data.draw(st.from_regex(re.compile(pattern._source, pattern._flags), alphabet=st.characters(max_codepoint=127)))
    assert pattern._may_match(text), (pattern._source, text)


@pytest.mark.parametrize("text", ["a vLLM b", "A VLLM", "none", ""])
def test_a_pattern_with_words_is_the_same_pattern(text: str) -> None:
    plain, within = re.compile("(?i)v(l)lm"), lazy("(?i)v(l)lm", words=("vllm",))
    assert bool(within.search(text)) == bool(plain.search(text))
    assert bool(within.match(text, 2)) == bool(plain.match(text, 2))
    assert bool(within.fullmatch(text)) == bool(plain.fullmatch(text))
    assert within.sub(r"\1", text) == plain.sub(r"\1", text)
    assert [one[0] for one in within.finditer(text)] == [one[0] for one in plain.finditer(text)]
    assert within.findall(text) == plain.findall(text)
