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
    assert (one.rules, one.reason, one.covered) == (frozenset(("a/b", "c")), reason, {3})


COMPOSE = "services:\n  x:\n    image: vllm/vllm-openai\n"
MARK = f"modelcheck: ignore[{RULE}] its tune is mounted over it"
MODEL, PARSER = "--model acme/x-base", "--tool-call-parser y"
ITEMS = ("--tool-call-parser", "y", "--model", "acme/x-base")
PLACES = {
    "above a folded scalar": ("compose.yaml", f"{COMPOSE}    # {MARK}\n    command: >-\n      {MODEL}\n      {PARSER}\n"),
    "after the head of a folded scalar": ("compose.yaml", f"{COMPOSE}    command: >-  # {MARK}\n      {PARSER}\n      {MODEL}\n"),
    "above a literal scalar": ("compose.yaml", f"{COMPOSE}    # {MARK}\n    command: |\n      {PARSER}\n\n      {MODEL}\n"),
    "above a list": ("compose.yaml", f"{COMPOSE}    # {MARK}\n    command:\n" + "".join(f"      - {one}\n" for one in ITEMS)),
    "above a list that is not indented": (
        "compose.yaml", f"{COMPOSE}    # {MARK}\n    command:\n" + "".join(f"    - {one}\n" for one in ITEMS)),
    "above the service": (
        "compose.yaml", f"services:\n  # {MARK}\n  x:\n    image: vllm/vllm-openai\n    command: >-\n      {MODEL} {PARSER}\n"),
    "above a continued command": ("run.sh", f"# {MARK}\nvllm serve \\\n  {PARSER} \\\n  {MODEL}\n"),
    "at the end of a continued command": ("run.sh", f"vllm serve \\\n  {MODEL} \\\n  {PARSER}  # {MARK}\n"),
    "above a continued command of Docker": (
        "Dockerfile", f"FROM vllm/vllm-openai\n# {MARK}\nCMD vllm serve \\\n  {MODEL} \\\n  {PARSER}\n"),
    "above a fence": ("notes.md", f"# Run\n\n<!-- {MARK} -->\n\n```bash\nexport A=1\nvllm serve {BASE}\n```\n"),
    "above a call": (
        "serve.py", f"import subprocess\n# {MARK}\nsubprocess.run(\n    {['vllm', 'serve', 'acme/x-base', *ITEMS[:2]]},\n)\n"),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_a_comment_can_stand_above_the_whole_statement_and_at_its_end(place: str) -> None:
    path, text = PLACES[place]
    assert found(text, path) == []
    without = "\n".join(line.partition(f"  # {MARK}")[0] for line in text.splitlines() if line.strip(" #<!->") != MARK) + "\n"
    assert RULE in [rule for rule, _ in found(without, path)], "it would be reported without the comment"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("compose.yaml", f"# {MARK}\n{COMPOSE}    command: {BASE}\n"),  # above all services
        ("run.sh", f"# {MARK}\necho\nvllm serve {BASE}\n"),
        ("notes.md", f"<!-- {MARK} -->\ntext\n```bash\nvllm serve {BASE}\n```\n"),
        (
            "compose.yaml",
            f"services:\n  # {MARK}\n  y:\n    image: nginx\n  x:\n    image: vllm/vllm-openai\n    command: {BASE}\n",
        ),
    ],
)
def test_a_comment_about_another_statement_hides_nothing(path: str, text: str) -> None:
    assert sorted(rule for rule, _ in found(text, path)) == [RULE, "useless-suppression"]


def says(text: str, path: str = "run.sh") -> str:
    report = run({path: text}, Settings(offline=True))
    return next(one.finding.message for one in report.findings if one.rule == "useless-suppression")


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        (f"vllm serve {BASE}\n\n# modelcheck: ignore[{RULE}] too late\necho\n", "run.sh", "at the end of it or above line 1"),
        (
            f"{COMPOSE}    # hello\n    command: >-\n      {BASE}\n# modelcheck: ignore[deploy] too late\n",
            "compose.yaml",
            "the finding is in line 6, so the comment has to be at the end of it or above line 5",
        ),
        (f"vllm serve {BASE} # modelcheck: ignore[deploy/base-weights-behind-chats] x\n", "run.sh", f"did you mean {RULE!r}"),
        (f"vllm serve {BASE} # modelcheck: ignore[no-such] x\n", "run.sh", "there is no rule or area 'no-such'"),
        (f"vllm serve {BASE} # modelcheck: ignore[] x\n", "run.sh", "needs one: modelcheck: ignore[RULE] REASON"),
        (f"vllm serve {BASE} # modelcheck: ignore x\n", "run.sh", "needs one"),
        (f"vllm serve {BASE} # modelcheck: ignore[deploy]\n", "run.sh", "gives no reason"),
    ],
)
def test_a_comment_without_effect_says_what_it_lacks(text: str, path: str, message: str) -> None:
    assert message in says(text, path)


def test_prose_about_comments_is_no_comment() -> None:
    assert found("Write `modelcheck: ignore[x] y` there. Or modelcheck: ignore it.\n", "notes.md") == []
