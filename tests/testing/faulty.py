"""A plug-in in which every part has one fault that the conformance run must find."""

from __future__ import annotations

RULE = '''
@rule(severity="note", since="1.0")
def {name}(card: ModelCard{more}):
    """{title}

    It matters.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    ---
    # A!
    ```

    ## Good

    ```markdown README.md
    ---
    license: mit
    ---
    # A
    ```
{fix}    """
    for number, line in card.lines():
        if "!" in line:
            {code}
'''
FOUND = 'yield Finding("it shouts", at=card.on_line(number))'
FIX = "\n    ## Fix\n\n    Write less.\n"


def _rule(name: str, *, title: str = "It shouts.", fix: str = FIX, more: str = "", code: str = FOUND) -> str:
    return RULE.format(name=name, title=title, fix=fix, more=more, code=code)


FILES = {
    "badpack/__init__.py": """import rich
from modelcheck.api import hookimpl
from modelcheck.testing import MemorySource

@hookimpl
def modelcheck_register(registry):
    registry.scan(__name__)

@hookimpl
def modelcheck_open(target, access):
    if target.kind == "hub":
        return {}["no " + target.text]
    if "://" in target.text:
        return MemorySource({"passwd": "x"} if ".." in target.text else {}, "x", "bad")

def slow(report, style):
    while report.findings:
        pass
    return ""

@hookimpl
def modelcheck_reporters():
    narrow = lambda report, style: str(1 // (style.width - 20))
    return {"narrow": narrow, "slow": slow, "seeded": lambda report, style: str({"a", "b", "c"})}
""",
    "badpack/rules.py": "import random, re\nfrom modelcheck.api import *\n"
    + _rule("no_fix", fix="")
    + _rule("never_fires", code="yield from ()")
    + _rule("wrong_default", more=", *, most: tuple[str, ...] = ['a']")
    + _rule("random_place", code='yield Finding(f"it shouts {random.random()}")')
    + _rule("seeded", code='yield Finding(", ".join({"a", "b", "c", "d", "e", "f"}))')
    + _rule("slow", code="[a for a in card.text for b in card.text]\n            " + FOUND)
    + _rule("crashes", code="assert len(line) < 500_000\n            " + FOUND)
    + _rule("all_is_well"),
    "badpack/parts.py": '''from dataclasses import dataclass
from modelcheck.api import *

@signal(group="bad")
def no_page(name: CheckpointName):
    yield Evidence(0.0, "seen")

@signal(group="bad")
def by_first_tensor(index: TensorIndex):
    """The first tensor."""
    yield Evidence(0.0, str(list(index.tensors)[7]))

@signal(group="bad")
def silent(name: CheckpointName):
    """Never.

    ## Example

    ```json acme/thing:config.json
    {"model_type": "llama"}
    ```
    """
    return
    yield

@dataclass
class Changing:
    """It changes."""
    text: str

@fact()
def changing(config: ModelConfig) -> Changing:
    """A fact."""
    return Changing("")

@dataclass(frozen=True)
class Plain:
    text: str

@fact()
def plain(config: ModelConfig) -> Plain:
    """A fact."""
    return Plain(config.data["model_type"])

@rule(severity="note", since="1.0")
def of_use(use: ModelUse):
    """It is used.

    ## Bad

    ```bash run.sh
    vllm serve acme/thing-7b
    ```
    """
    assert use.at.line < 100
    yield Finding("it is used")

@reader(files=("*.bad",), mentions=("bad:",))
def first_word(file: TextFile):
    """The word after the first."""
    yield ModelUse(file.text.split()[5000], "x", None, Span(file.path, 1), "bad", "bad")
''',
}
FAULTS = {
    "imports": "imports rich .* import it inside the function that needs it",
    "rule rules/no-fix: page": "lacks ## Fix",
    "rule rules/never-fires: examples": "the files under ## Bad do not fire",
    "mistakes": r"the fact Changing can be changed.*frozen=True.*the default of the option 'most' is \['a'\]",
    "rule rules/random-place: deterministic": "use no time, no random number",
    "rule rules/seeded: deterministic": "sort what comes from a set",
    "rule rules/slow: hostile files": "README.md is .* processor time. Bound what it does",
    "rule rules/crashes: hostile files": "rules/crashes crashed: AssertionError",
    "signal parts/no-page: page": "badpack.parts.no_page has no docstring",
    "signal parts/by-first-tensor: hostile files": "parts/by-first-tensor crashed: IndexError",
    "signal parts/silent: example": "yields nothing for the files under ## Example",
    "fact parts/plain: page": "the class Plain has no docstring",
    "fact parts/plain: hostile files": "parts/plain crashed: KeyError",
    "rule parts/of-use: hostile files": "parts/of-use of badpack crashed: AssertionError",
    "reader parts/first-word: hostile files": "parts/first-word crashed: IndexError",
    "source: targets of others": "modelcheck_open of badpack crashed: KeyError.*Return None",
    "source bad://x: protocol": r"files\(\) is empty",
    "source bad://x: names that lead outside": r"opens bad://\.\., with 1 files \(passwd, say\)",
    "reporter narrow: any report": "ZeroDivisionError",
    "reporter slow: any report": "the reporter slow: it takes more than",
    "reporter seeded: deterministic": "format seeded gives another result",
}
