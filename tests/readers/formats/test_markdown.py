"""Code in Markdown."""

from __future__ import annotations

from pathlib import Path

from readers.assembly.trees import uses_of

PAGE = """\
# Serving

Run it:

    $ vllm serve acme/Ivy-7b --tool-call-parser hermes

or `vllm serve acme/Oak-9b`, not `acme/Elm-3b`.

~~~yaml
services:
  llm:
    image: vllm/vllm-openai
    command: --model acme/Ash-2b
~~~

```python
from vllm import LLM
llm = LLM("acme/Fir-1b")
```

- a list

      with text, `pip install vllm`, and `unclosed
"""


def test_commands_and_files_of_other_kinds(tmp_path: Path) -> None:
    assert uses_of(tmp_path, {"docs/x.md": PAGE}) == {
        ("docs/x.md", 5, "acme/Ivy-7b", "chat"),
        ("docs/x.md", 7, "acme/Oak-9b", "unknown"),
        ("docs/x.md", 13, "acme/Ash-2b", "unknown"),
        ("docs/x.md", 18, "acme/Fir-1b", "unknown"),
    }


def test_many_blocks_end_soon(tmp_path: Path) -> None:
    text = "# vllm\n" + "```\nx\n```\n" * 20_000 + "`" * 50_000 + "\n    x\n\n" * 5_000
    assert uses_of(tmp_path, {"x.md": text, "y.md": PAGE}) != set()
