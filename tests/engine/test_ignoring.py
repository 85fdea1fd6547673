"""``--add-ignore``: comments that suppress what is found now, in every language, and that change nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from modelcheck.engine.ignoring import plan_ignores
from modelcheck.findings import Finding, Severity, Span
from modelcheck.report import Reported

from conftest import Command, write_tree

RULE = "deploy/base-weights-behind-chat"
MODEL, PARSER = "--model acme/x-base", "--tool-call-parser y"
FILES = {
    "run.sh": f"echo\nif true; then\n  vllm serve \\\n    {PARSER} \\\n    {MODEL}\nfi\n",
    "heredoc.sh": f"cat > start.sh <<'EOF'\nvllm serve {MODEL} {PARSER}\nEOF\n",
    "compose.yaml": f"services:\n  x:\n    image: vllm/vllm-openai\n    command: >-\n      {PARSER}\n      {MODEL}\n",
    "pod.yaml": (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n    - name: a\n      image: vllm/vllm-openai\n"
        "      args:\n        - --tool-call-parser\n        - y\n        - --model=acme/x-base\n"
    ),
    "Dockerfile": f"FROM vllm/vllm-openai\nCMD vllm serve \\\n  {MODEL} \\\n  {PARSER}\n",
    "serve.py": "import subprocess\nsubprocess.run([\n    'vllm', 'serve', 'acme/x-base',\n    '--tool-call-parser', 'y',\n])\n",
    "notes.md": f"# Run\n\n```bash\nvllm serve {MODEL} {PARSER}\n```\n",
    "Makefile": f"run:\n\tvllm serve {MODEL} {PARSER}\n",
    "windows.yaml": f"services:\r\n  x:\r\n    image: vllm/vllm-openai\r\n    command: {MODEL} {PARSER}\r\n",
}


@pytest.mark.parametrize("name", FILES)
def test_the_findings_are_gone_and_the_file_means_the_same(name: str, modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {name: FILES[name]})
    assert modelcheck("scan", name, "--offline", cwd=tmp_path).code == 1
    done = modelcheck("scan", name, "--offline", "--add-ignore", "its tune is mounted over it", cwd=tmp_path)
    after = (tmp_path / name).read_bytes().decode()
    assert (done.code, done.err) == (0, "added: 1 comment in 1 file\n"), done.out + after
    assert "1 suppressed" in done.out
    (line,) = [line for line in after.splitlines() if "modelcheck: ignore" in line]
    assert f"ignore[{RULE}] its tune is mounted over it" in line
    assert after.replace(line + ("\r\n" if "\r" in after else "\n"), "") == FILES[name]
    if name.endswith(".yaml"):
        assert yaml.safe_load(after) == yaml.safe_load(FILES[name])
    assert modelcheck("scan", name, "--offline", cwd=tmp_path).code == 0


TASK = """{"containerDefinitions": [
 {"name": "a", "image": "vllm/vllm-openai", "command": ["--model", "acme/x-base", "--tool-call-parser", "y"]}]}
"""


def test_what_has_no_comments_is_told(modelcheck: Command, tmp_path: Path) -> None:
    card = "---\nlicense: x\n---\n"
    write_tree(tmp_path, {"task.json": TASK, "thing/config.json": "{}", "thing/README.md": card})
    done = modelcheck("scan", "task.json", "--offline", "--add-ignore", "why", cwd=tmp_path)
    assert done.code == 1
    assert f"the file has no comments; use per-file-ignores in the settings for {RULE}" in done.err
    done = modelcheck("scan", "thing", "--offline", "--add-ignore", "why", cwd=tmp_path)
    assert "for card/license-unknown, which is about a checkpoint" in done.err, done.err
    assert done.err.endswith("added: 0 comments in 0 files\n")


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [("run.py", 'SCRIPT = """\nset -e\nvllm serve x\n"""\n', 3), ("x.yaml", 'a: "first\n  second"\n', 2), ("x.yaml", "a: [", 1)],
)
def test_a_text_is_not_changed(name: str, text: str, line: int, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text)
    found = Reported(RULE, Severity.ERROR, "x", Finding("m", Span(str(path), line)), local=True)
    plan = plan_ignores([found], "why")
    assert (plan.texts, plan.made) == ({}, 0)
    assert "would be part of a text" in plan.left[0]


def test_a_diff_writes_nothing(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"run.sh": FILES["run.sh"]})
    done = modelcheck("scan", "run.sh", "--offline", "--add-ignore", "why", "--diff", cwd=tmp_path)
    assert f"+  # modelcheck: ignore[{RULE}] why" in done.out
    assert done.err == "would add: 1 comment in 1 file\n"
    assert (tmp_path / "run.sh").read_text() == FILES["run.sh"]


@pytest.mark.parametrize("words", [("--add-ignore", " "), ("--add-ignore", "a\nb"), ("--add-ignore", "why", "--fix")])
def test_it_needs_a_reason(words: tuple[str, ...], modelcheck: Command, tmp_path: Path) -> None:
    assert modelcheck("scan", ".", *words, cwd=tmp_path).code == 2
