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


NOTES = """\
1. The service:

docker run --gpus all -p 80:80 -v data:/data ghcr.io/huggingface/text-generation-inference:3.3.4 \\
    --model-id acme/Ivy-7b

- HF_TOKEN=x vllm serve acme/Oak-9b --tool-call-parser hermes

You can docker run vllm serve acme/Elm-3b, they say.

```typescript
# Compose
services:
  llm:
    image: vllm/vllm-openai
    command: --model acme/Ash-2b
```

```json
{"containers": [{"image": "vllm/vllm-openai", "args": ["--model", "acme/Fir-1b"]}]}
```

```rust
let services = 1; // vllm serve acme/Yew-4b
```
"""


def test_commands_without_a_mark_and_files_under_another_language(tmp_path: Path) -> None:
    assert uses_of(tmp_path, {"x.md": NOTES}) == {
        ("x.md", 4, "acme/Ivy-7b", "unknown"),
        ("x.md", 6, "acme/Oak-9b", "chat"),
        ("x.md", 15, "acme/Ash-2b", "unknown"),
        ("x.md", 19, "acme/Fir-1b", "unknown"),
    }


def test_many_blocks_end_soon(tmp_path: Path) -> None:
    text = "# vllm\n" + "```\nx\n```\n" * 20_000 + "`" * 50_000 + "\n    x\n\n" * 5_000 + "- A=b " * 50_000
    assert uses_of(tmp_path, {"x.md": text, "y.md": PAGE}) != set()
