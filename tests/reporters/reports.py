"""Reports for the tests of all formats: one with something of everything, and hostile ones."""

from __future__ import annotations

from dataclasses import replace

from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Edit, Evidence, Finding, Fix, Related, Severity, Span, Unresolved, Weighed
from modelcheck.report import CheckpointReport, ErrorReport, Excerpt, Report, Reported, RuleInfo, Skipped, Suppressed, UseReport
from modelcheck.verdict import fold

RULE = "deploy/base-weights-behind-chat"
CARD = "card/license-missing"
LINE = "    command: --model acme/base-7b --tool-call-parser hermes"
AT = Span("deploy/compose.yaml", 7, 22, 7, 34)
BASE = fold(
    [
        Weighed("identity/name-marker", "name", Evidence(-4.5, "the name contains 'base'")),
        Weighed("identity/card", "card", Evidence(-3.0, "the card says “it completes text”", Span("README.md", 9, 1))),
    ]
)


def rules(why: str = "A base model completes text. See `--chat-template`.\n\n- one\n- two") -> dict[str, RuleInfo]:
    page = "https://example.org/rules/deploy/base-weights-behind-chat"
    return {
        RULE: RuleInfo(RULE, "A base model is served behind a chat API", why, "Serve the instruct model.", Severity.ERROR, page),
        CARD: RuleInfo(CARD, "The card names no license", "Nobody knows what is allowed.", "Name it.", Severity.WARNING),
    }


def chat_on_base(
    message: str = "acme/base-7b is a base model, but a chat API serves it", at: Span = AT, **given: object
) -> Reported:
    edit = Edit(at, "acme/base-7b-instruct", "acme/base-7b")
    related = (Related(Span("deploy/.env", 2, 1, 2, 9), "used here"),)
    finding = Finding(message, at, fix=Fix("use the instruct model", (edit,), safe=True), related=related)
    excerpt = Excerpt(at.line or 0, LINE)
    return Reported(
        RULE, Severity.ERROR, "acme/base-7b", finding, True, f"{RULE}\0{at.path}\0{LINE.strip()}\0{given.get('count', 1)}", excerpt
    )


def whole() -> Report:
    """One of everything: verdicts, uses, findings with and without a place, errors, what was left out and suppressed."""
    use = ModelUse(
        "acme/base-7b",
        "acme/base-7b",
        "acme/base-7b",
        AT,
        "docker-compose/vllm",
        "vllm",
        purpose="chat",
        because=("--tool-call-parser",),
    )
    skipped = [
        Skipped("card/a", "no README.md"),
        Skipped("identity/rows", "needs --budget weights", False, True, "--budget weights"),
    ]
    placeless = Reported(CARD, Severity.WARNING, "checkpoints/x", Finding("README.md names no license"))
    return Report(
        checkpoints=[
            CheckpointReport("checkpoints/x", "folder", None, BASE, skipped),
            CheckpointReport("acme/base-7b", "hub", "0" * 40, BASE, asked=False),
        ],
        uses=[UseReport(use, BASE)],
        findings=[chat_on_base(), placeless],
        errors=[ErrorReport("acme/none", "not-found", "the Hub knows no acme/none"), ErrorReport("x", "crash", "a/b crashed")],
        files_read=3,
        files_left={"big.yaml": "is too long"},
        files_ignored=2,
        unresolved=[Unresolved(Span("a.sh", 3, 1), "the file b.env is missing")],
        not_asked={"acme/other": "offline"},
        rules=rules(),
        suppressed=[
            Suppressed(chat_on_base(at=Span("old.yaml", 1, 1, 1, 5)), "comment", "its fine-tune is mounted over it"),
            Suppressed(replace(placeless), "baseline"),
        ],
    )


def without_errors(count: int = 1) -> Report:
    """Findings only, ``count`` of them in as many lines."""
    found = [chat_on_base(at=Span("deploy/compose.yaml", line, 22, line, 34), count=line) for line in range(1, count + 1)]
    return Report(findings=found, rules=rules(), files_read=1)


EVIL = "\x1b]0;owned\x07\x9b2J\u202e\x00\x0c\ud800\ufffe"
ATTACKS = [
    "::error::owned",
    "\n::error file=a::owned",
    "\r\n::add-mask::x",
    "##vso[task.setvariable variable=x]owned",
    "##[error]owned",
    "##teamcity[buildStatus text='owned']",
    "\n##teamcity[message text='owned']",
    "'|]['|n",
    "]]><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"'><b>&amp;&#x41;</b>",
    "![x](https://evil.example/a.png) [click](javascript:alert(1))",
    "`` ``` | a | b |\n|---|\n# heading\n- [ ] @everyone #1",
    "{{ 7*7 }}{% raise %}",
    "%0A::error::owned%25",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    EVIL,
    "a: b, c%d",
]
"""Texts that try to leave the place in a report in which they are quoted."""


def hostile(text: str) -> Report:
    """A report in which every text that a stranger may choose is ``text``."""
    at = Span(f"d/{text}.yaml", 3, 2, 3, 9)
    edit = Edit(at, text, text)
    finding = Finding(text, at, fix=Fix(text, (edit,), safe=True), related=(Related(Span(text, 1, 1), text),))
    verdict = fold([Weighed("identity/card", "card", Evidence(-3.0, text, Span(text, 1, 1)))])
    use = ModelUse(text, text, text, at, "docker-compose/vllm", "vllm", because=(text,), used_at=Span(text, 1, 1))
    found = Reported(RULE, Severity.ERROR, text, finding, True, f"{RULE}\0{text}\0x\x001", Excerpt(3, text))
    return Report(
        checkpoints=[CheckpointReport(text, "folder", None, verdict, [Skipped("a/b", text)], note=text)],
        uses=[UseReport(use, verdict)],
        findings=[found, Reported(RULE, Severity.NOTE, text, Finding(text))],
        errors=[ErrorReport(text, "not-found", text)],
        files_left={text: text},
        unresolved=[Unresolved(at, text)],
        not_asked={text: text},
        rules={RULE: RuleInfo(RULE, text, text, text, Severity.ERROR)},
        suppressed=[Suppressed(found, "comment", text)],
    )
