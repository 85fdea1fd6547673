"""Files inside of YAML."""

from __future__ import annotations

from pathlib import Path

from readers.assembly.trees import uses_of

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec:
  containers:
  - image: python:3
    command: [python3, -c]
    args:
    - |
      from vllm import LLM
      llm = LLM("acme/Ivy-7b")
  - image: debian
    command: [bash, -c]
    args:
    - |
      cat > /x.py <<EOF
      from vllm import LLM
      llm = LLM("acme/Oak-9b")
      EOF
      python3 /x.py
"""
WORKFLOW = """\
jobs:
  a:
    steps:
    - run: |
        kubectl apply -f - <<'E'
        apiVersion: v1
        kind: Pod
        metadata: {name: x}
        spec:
          containers:
          - image: vllm/vllm-openai
            args: [--model, acme/Ivy-7b, --tool-call-parser, hermes]
        E
"""


def test_python_and_heredocs_in_a_pod(tmp_path: Path) -> None:
    assert uses_of(tmp_path, {"x.yaml": POD}) == {
        ("x.yaml", 11, "acme/Ivy-7b", "unknown"),
        ("x.yaml", 18, "acme/Oak-9b", "unknown"),
    }


def test_a_manifest_in_a_workflow(tmp_path: Path) -> None:
    assert uses_of(tmp_path, {".github/workflows/x.yml": WORKFLOW}) == {(".github/workflows/x.yml", 12, "acme/Ivy-7b", "chat")}
