"""The bars, and what ``--why`` shows."""

from __future__ import annotations

import pytest
from modelcheck.findings import Axis, Evidence, Span, Weighed
from modelcheck.report import CheckpointReport, Skipped, Style
from modelcheck.reporters.evidence import EvidenceWriter
from modelcheck.verdict import fold

from conftest import Command, write_tree


def lines(*evidence: Evidence, style: Style, source: str = "folder", skipped: tuple[Skipped, ...] = ()) -> list[str]:
    verdict = fold([Weighed(f"identity/s{n}", f"g{n % 3}", one) for n, one in enumerate(evidence)])
    checkpoint = CheckpointReport("x", source, None, verdict, list(skipped))
    return list(EvidenceWriter(style).lines(checkpoint, legend=True))


@pytest.mark.parametrize(
    ("weight", "bar"),
    [
        (5.0, "  +5.0      │█████ w"),
        (9.0, "  +9.0      │█████ w"),
        (0.7, "  +0.7      │▌     w"),
        (-0.5, "  -0.5     ▐│      w"),
        (-3.0, "  -3.0   ███│      w"),
        (0.1, "  +0.1      │      w"),
    ],
)
def test_a_nat_is_a_character_and_base_is_to_the_left(weight: float, bar: str) -> None:
    assert lines(Evidence(weight, "w"), style=Style())[1].strip() == bar.strip()


def test_where_nothing_can_be_drawn_there_are_signs() -> None:
    text = lines(Evidence(2.0, "w"), Evidence(-1.5, "v"), style=Style(unicode=False))
    assert [line.rstrip() for line in text] == ["   nats  base|instruct", "   +2.0      |##    w", "   -1.5     #|      v"]


def test_why_shows_groups_superseded_evidence_and_the_sum() -> None:
    evidence = [
        Evidence(3.0, "first", Span("a.json", 2, 1)),
        Evidence(-1.0, "second"),
        Evidence(-1.0, "writes", axis=Axis.TASK),
        Evidence(1.0, "third"),
    ]
    text = "\n".join(lines(*evidence, style=Style(why=True)))
    assert "first [a.json:2:1] (g0: identity/s0)" in text
    assert "superseded: third (g0: identity/s3)" in text
    assert "sum +2.0: P(instruct) 0.881; instruct from 0.95, base up to 0.05" in text
    assert "text generation or another task" in text


def test_why_shows_what_would_bring_more_evidence_and_which_signals_have_none() -> None:
    skipped = (
        Skipped("identity/rows", "needs --budget weights", signal=True, remedy="--budget weights"),
        Skipped("identity/card", "no README.md", signal=True),
        Skipped("card/rule", "no README.md"),
    )
    text = lines(Evidence(1.0, "w"), style=Style(why=True), source="name", skipped=skipped)
    assert [line.strip() for line in text[4:]] == [
        "no evidence, no README.md: identity/card",
        "for more evidence: its files, over the network (without --offline) or from a",
        "local folder",
        "for more evidence: --budget weights (identity/rows)",
    ]


def test_every_line_fits() -> None:
    long = Evidence(1.0, "word " * 40, Span("some/long/path/to/a/file/tokenizer_config.json", 12345, 12))
    for why in (False, True):
        assert all(len(line) <= 80 for line in lines(long, long, long, style=Style(why=why)))


def test_the_command_draws_what_the_terminal_can_write(modelcheck: Command, tmp_path) -> None:  # type: ignore[no-untyped-def]
    write_tree(tmp_path, {"x-instruct/config.json": '{"model_type": "llama"}', "x-instruct/README.md": "---\ntags: [chat]\n---\n"})
    words = ("scan", "x-instruct", "--offline", "--format", "text")
    drawn = modelcheck(*words, cwd=tmp_path, env={"PYTHONIOENCODING": "utf-8"})
    assert "│████" in drawn.out
    plain = modelcheck("scan", "x-instruct", "--offline", "--why", cwd=tmp_path, env={"PYTHONIOENCODING": "ascii"})
    assert plain.code == 0
    assert "|####" in plain.out
    assert plain.out.isascii()
