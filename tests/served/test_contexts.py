"""``--expect``: what a server says about the length of prompts, and what it does with them."""

from __future__ import annotations

from pathlib import Path

from conftest import Command
from served.engine import Engine, checkpoint, running
from served.test_identity import CHATS, CONTEXT, LONG, TEXTS, TOKENIZE, compared


def test_a_short_context_that_is_kept_whole_agrees(modelcheck: Command, tmp_path: Path) -> None:
    short = checkpoint(tmp_path / "short", context=256)
    for how in ({}, {"most": 256}, {"window": 256}, {"stated": 256, "most": 256}):
        with running(Engine(short, **how)) as address:
            checks, rules, _ = compared(modelcheck, address, short)
        assert rules == []
        assert {name: checks[name]["outcome"] for name in (TEXTS, CHATS, LONG)} == dict.fromkeys((TEXTS, CHATS, LONG), "agrees")


def test_what_no_model_has_is_no_agreement(modelcheck: Command, tmp_path: Path) -> None:
    own = checkpoint(tmp_path / "own")
    with running(Engine(own, stated=10**12, own_routes="broken")) as address:
        checks, rules, _ = compared(modelcheck, address, own)
    assert rules == []
    assert checks[CONTEXT]["outcome"] == "differs"
    assert (checks[TOKENIZE]["outcome"], "something else than ids" in checks[TOKENIZE]["says"]) == ("not checked", True)
