"""The JSON reports are short, and say with ``-v`` what they count otherwise."""

from __future__ import annotations

import json

from conftest import Command


def test_a_checkpoint_known_by_its_name_takes_a_kilobyte_and_a_half(modelcheck: Command) -> None:
    done = modelcheck("scan", "acme/Foo-7B-Instruct", "acme/Bar-7B-Base", "--offline", "--format", "jsonl")
    lines = done.out.splitlines()
    assert len(lines) == 2
    assert all(len(line.encode()) <= 1500 for line in lines)


def test_what_was_skipped_is_counted_and_listed_with_v(modelcheck: Command) -> None:
    words = ("scan", "acme/Foo-7B-Instruct", "--offline", "--format")
    for name in ("json", "jsonl"):
        short, long = (json.loads(modelcheck(*words, name, *more).out) for more in ((), ("-v",)))
        short, long = (one.get("checkpoints", [one])[0] for one in (short, long))
        assert short["skipped"] == []
        assert short["skipped_by_reason"] == long["skipped_by_reason"]
        counts = {}
        for one in long["skipped"]:
            counts[one["reason"]] = counts.get(one["reason"], 0) + 1
        for one in short["skipped_by_reason"]:
            counts[one["reason"]] -= one["count"]
        assert set(counts.values()) == {0}
        assert {"rule": "card/license-missing", "reason": long["note"]} in long["skipped"]
