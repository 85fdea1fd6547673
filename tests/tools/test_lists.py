"""The lists that ship with the rules are whole, dated, and what the installed transformers knows."""

from __future__ import annotations

import datetime as dt
import json
import re

from tools.lists import architectures, hub_lists


def test_the_hubs_lists_are_whole_and_dated() -> None:
    lists = json.loads(hub_lists.TABLE.read_text("utf-8"))
    assert dt.date.fromisoformat(lists["date"])
    assert set(lists["packages"]) == set(hub_lists.PACKAGES)
    for key, some, least in (
        ("license", {"apache-2.0", "mit", "other", "llama3.1", "gemma"}, 80),
        ("pipeline_tag", {"text-generation", "image-text-to-text"}, 50),
        ("library_name", {"transformers", "peft", "mlx"}, 200),
    ):
        assert some <= set(lists[key])
        assert len(lists[key]) == len(set(lists[key])) >= least
    codes = lists["language"].split()
    assert {"en", "no", "zho"} <= set(codes)
    assert all(re.fullmatch(r"[a-z]{2,3}", code) for code in codes)
    assert lists["language_names"]["english"] == "en"


def test_the_classes_of_model_types_are_those_of_transformers() -> None:
    """Every type of the table that transformers still knows has the classes that the table gives it."""
    known = json.loads(architectures.TABLE.read_text("utf-8"))["architectures"]
    now = json.loads(architectures.table())["architectures"]
    assert len(known) > 500
    both = known.keys() & now.keys()
    assert len(both) > len(known) * 0.9
    assert not {name: set(known[name]) - set(now[name]) for name in both if set(known[name]) - set(now[name])}
