"""The table of families: every row is well-formed, and matching by first letters loses nothing."""

from __future__ import annotations

import re
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from modelcheck import families
from modelcheck.families import bases_ship_template, family_of, instruct_name

from conftest import ROOT


@settings(max_examples=300)
@given(st.data())
def test_the_first_letters_rule_out_no_name_of_a_family(data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from([family.pattern for family in families.families()]))
    name = data.draw(st.from_regex(pattern, fullmatch=True))
    assert name.startswith(families._beginnings(pattern))


def test_the_table_is_what_the_library_reads() -> None:
    assert families._table() == tomllib.loads((ROOT / "modelcheck/families.toml").read_text("utf-8"))


def test_each_row_is_reachable_and_says_what_it_may() -> None:
    rows = families.families()
    assert len({row.pattern for row in rows}) == len(rows)
    assert {row.unsuffixed for row in rows} == {"base", "instruct"}
    assert {row.confidence for row in rows} == {"high", "medium"}
    written = [re.sub(r"\\.", "", row.pattern) for row in rows]
    assert written == [pattern.lower() for pattern in written], "names are compared in lower case"


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("llama-2-7b", "base"),
        ("meta-llama-3.1-70b", "base"),
        ("qwen3-8b", "instruct"),
        ("qwen3-coder-next", "instruct"),
        ("deepseek-v4.1-flash", "instruct"),
        ("mistral-small-4-119b-2603", "instruct"),
        ("ling-3.0-flash", "instruct"),
        ("k-exaone-236b-a23b", "instruct"),
        ("solar-open-100b", "instruct"),
        ("intellect-3.1", "instruct"),
        ("intellect-1", "base"),
        ("bielik-11b-v2", "base"),
        ("sarvam-1", "base"),
        ("sarvam-105b", "instruct"),
        ("falcon-h1r-7b", "instruct"),
        ("trinity-mini", "instruct"),
        ("step-3.5-flash", "instruct"),
        ("olmo-3-1025-7b", "base"),
        ("thing-7b", None),
        ("llama-2-7b-chat", None),
    ],
)
def test_what_a_name_without_a_suffix_means(name: str, meaning: str | None) -> None:
    family = family_of(name)
    assert (family.unsuffixed if family else None) == meaning


@pytest.mark.parametrize(
    ("base", "instruct"),
    [
        ("meta-llama/Llama-2-13b-hf", "meta-llama/Llama-2-13b-chat-hf"),
        ("google/gemma-3-1b-pt", "google/gemma-3-1b-it"),
        ("zai-org/GLM-4.5-Base", "zai-org/GLM-4.5"),
        ("acme/Thing-7B-Base", "acme/Thing-7B-Instruct"),
        ("acme/Thing-7B", None),
    ],
)
def test_the_instruct_counterpart_of_a_base_checkpoint(base: str, instruct: str | None) -> None:
    assert instruct_name(base) == instruct


def test_every_convention_names_only_groups_that_its_pattern_has() -> None:
    for row in families._table()["sibling"]:
        groups = re.compile(row["base"]).groups
        assert all(int(number) <= groups for number in re.findall(r"\\(\d)", row["instruct"])), row


@pytest.mark.parametrize(
    ("model_type", "name", "ships"),
    [
        ("qwen2", "x", True),
        ("qwen3_moe", "x", True),
        (None, "qwen1.5-7b", True),
        ("qwen", "qwen-7b", False),
        ("deepseek_v2", "x", True),
        ("deepseek_v3", "deepseek-v3", False),
        ("deepseek_v3", "moonlight-16b-a3b", True),
        ("llama", "llama-3-8b", False),
        (None, "", False),
    ],
)
def test_families_whose_base_models_ship_a_template(model_type: str | None, name: str, *, ships: bool) -> None:
    assert bases_ship_template(model_type, (name,)) is ships
