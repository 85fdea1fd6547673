"""Files inside of files, on disk: each use has its place in the outer file."""

from __future__ import annotations

from pathlib import Path

import pytest

from readers.test_containers import uses_on_disk

# Name → the outer file, its text, and (model, line, purpose) of what is found.
CASES: dict[str, tuple[str, str, list[tuple[str, int, str]]]] = {
    "a manifest in a heredoc": (
        "deploy.sh",
        (
            "set -e\nkubectl apply -f - <<'EOF'\napiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: vllm/vllm-openai\n"
            "    args: [--model, acme/Thing-7B, --tool-call-parser, hermes]\nEOF\n"
        ),
        [("acme/Thing-7B", 8, "chat")],
    ),
    "a file that a heredoc writes": (
        "setup.sh",
        "cat > /srv/compose.yaml <<EOF\nservices:\n  a:\n    image: vllm/vllm-openai\n    command: --model acme/Thing-7B\nEOF\n",
        [("acme/Thing-7B", 5, "unknown")],
    ),
    "Python in a heredoc": (
        "job.sbatch",
        "#!/bin/bash\npython3 - <<-PY\nfrom vllm import LLM\nllm = LLM(model='acme/Thing-7B')\nllm.chat([])\n\tPY\n",
        [("acme/Thing-7B", 4, "chat")],
    ),
    "python -c": (
        "Dockerfile",
        "FROM python:3.11\nRUN python -c \"from transformers import AutoModel; AutoModel.from_pretrained('acme/Thing-7B')\"\n",
        [("acme/Thing-7B", 2, "unknown")],
    ),
    "Python in a ConfigMap": (
        "app.yaml",
        (
            "kind: ConfigMap\napiVersion: v1\ndata:\n  a.py: |\n    from vllm import LLM\n\n"
            "    LLM(model='acme/Thing-7B').chat([])\n  b: text\n"
        ),
        [("acme/Thing-7B", 7, "chat")],
    ),
    "a script with a heredoc in a ConfigMap": (
        "app.yaml",
        (
            "kind: ConfigMap\napiVersion: v1\ndata:\n  run.sh: |\n    cat > rl.toml <<EOF\n    [model]\n"
            "    name = 'acme/Thing-7B'\n    EOF\n"
        ),
        [("acme/Thing-7B", 7, "unknown")],
    ),
    "a heredoc of no known kind": ("a.sh", "cat <<EOF\nvllm is a server; model: acme/Thing-7B\nEOF\n", []),
    "a heredoc that is not valid": ("a.sh", "kubectl apply -f - <<EOF\nimage: [vllm\nEOF\necho model\n", []),
    "a heredoc without an end": ("a.sh", "kubectl apply -f - <<EOF\nmodel: x\n", []),
}


@pytest.mark.parametrize("case", CASES)
def test_a_file_inside_of_a_file(case: str, tmp_path: Path) -> None:
    path, text, expected = CASES[case]
    found = uses_on_disk(tmp_path / "tree", path, text)
    assert [(use.model, use.at.line, use.purpose) for use in found] == expected
    for use in found:
        line = text.splitlines()[(use.at.line or 0) - 1]
        if use.at.column:
            assert line[use.at.column - 1 :].startswith(use.model)


def test_files_inside_of_files_inside_of_files_end(tmp_path: Path) -> None:
    text = "vllm serve acme/Deep-7B\n"
    for depth in range(8):
        text = f"cat > a{depth}.sh <<E{depth}\n{text}E{depth}\necho model\n"
    assert len(uses_on_disk(tmp_path / "tree", "run.sh", text)) <= 1
