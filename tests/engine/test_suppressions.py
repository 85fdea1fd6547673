from __future__ import annotations

import pytest
from modelcheck.config import Settings
from modelcheck.engine.suppressions import read_suppressions
from modelcheck.testing.checking import run

RULE = "deploy/base-weights-behind-chat"
BASE = "--model acme/x-base --tool-call-parser y"


def found(text: str, path: str = "run.sh", *select: str) -> list[tuple[str, int | None]]:
    report = run({path: text}, Settings(offline=True, select=select))
    return [(one.rule, one.finding.at.line if one.finding.at else None) for one in report.findings]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("run.sh", f"vllm serve {BASE} # modelcheck: ignore[{RULE}] on purpose\n"),
        ("run.sh", f"# modelcheck: ignore[deploy] on purpose\n\nvllm serve {BASE}\n"),
        ("compose.yaml", f"services:\n  x:\n    image: vllm/vllm-openai\n    command: {BASE}  # modelcheck: ignore[{RULE}] why\n"),
        ("notes.md", f"```bash\n<!-- modelcheck: ignore[{RULE}] why -->\nvllm serve {BASE}\n```\n"),
        ("x.tf", f'// modelcheck: ignore[{RULE}] why\nmodel_id = "acme/x"\n'),
    ],
)
def test_a_comment_with_its_reason_hides_a_finding(path: str, text: str) -> None:
    assert RULE not in [rule for rule, _ in found(text, path)]


def test_it_hides_its_own_rule_and_line_only() -> None:
    text = f"vllm serve {BASE} # modelcheck: ignore[card] why\nvllm serve {BASE}\n# modelcheck: ignore[{RULE}] too late\n"
    assert (RULE, 1) in found(text)
    assert ("useless-suppression", 3) in found(text)


def test_without_a_reason_it_does_not_count() -> None:
    assert sorted(found(f"vllm serve {BASE} # modelcheck: ignore[{RULE}]\n")) == [(RULE, 1), ("useless-suppression", 1)]


def test_nobody_is_blamed_for_a_rule_that_did_not_run() -> None:
    text = f"vllm serve acme/x-instruct # modelcheck: ignore[{RULE}] why\n"
    assert found(text) == [("useless-suppression", 1)]
    assert found(text, "run.sh", "finetune", "useless-suppression") == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("# modelcheck: ignore[a/b, c] because", "because"),
        ("<!-- modelcheck: ignore[a/b,c] because -->", "because"),
        ("/* modelcheck: ignore[a/b,c]: because */", "because"),
        ("REM modelcheck: ignore[a/b,c]", ""),
    ],
)
def test_marks_in_every_syntax(line: str, reason: str) -> None:
    (one,) = read_suppressions("x", f"{line}\n\nnext\n")
    assert (one.rules, one.reason, one.target) == (frozenset(("a/b", "c")), reason, 3)
