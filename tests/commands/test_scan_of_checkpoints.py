"""The rules about a checkpoint's own papers, as a user meets them: through the command."""

from __future__ import annotations

import json
from pathlib import Path

from modelcheck.testing.tiny import safetensors

from conftest import Command, write_tree
from rules.cases import thing

CARD = (
    "---\nlicense: Apache-2.0\nlanguage:\n- en\n- no\n---\n# Thing\n\n"
    "Thing writes texts about ships and the sea in the style of 1900.\n"
)


def rules(done: dict[str, object]) -> set[str]:
    return {found["rule"] for found in done["findings"]}  # type: ignore[attr-defined]


def test_a_profile_adds_its_notes_and_nothing_else(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"README.md": CARD, "config.json": '{"model_type": "llama"}'})
    plain = modelcheck("scan", ".", "--offline", "--format", "json", cwd=tmp_path)
    asked = modelcheck("scan", ".", "--offline", "--profile", "eu-ai-act", "--format", "json", cwd=tmp_path)
    added = rules(asked.json) - rules(plain.json)
    assert added
    assert {rule.partition("/")[0] for rule in added} == {"eu-ai-act"}
    assert {found["severity"] for found in asked.json["findings"] if found["rule"] in added} == {"note"}
    assert rules(plain.json) < rules(asked.json)
    write_tree(tmp_path, {"modelcheck.toml": 'profiles = ["eu-ai-act"]\n'})
    assert rules(modelcheck("scan", ".", "--offline", "--format", "json", cwd=tmp_path).json) == rules(asked.json)
    wrong = modelcheck("scan", ".", "--profile", "eu-ai", cwd=tmp_path)
    assert wrong.code == 2
    assert "did you mean 'eu-ai-act'" in wrong.err


def test_the_mends_of_a_card_are_made_and_it_is_clean_of_them(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"README.md": CARD, "config.json": '{"model_type": "llama"}'})
    done = modelcheck("scan", ".", "--offline", "--fix", "--format", "json", cwd=tmp_path)
    assert (tmp_path / "README.md").read_text() == CARD.replace("Apache", "apache").replace("- no", '- "no"')
    assert not rules(done.json) & {"card/license-unknown", "card/language-read-as-false"}


WRONG = """---
license: Apache 2.0  # as in the repository
library_name: Sentence_Transformers
pipeline_tag: "text_generation"
language:
- English
- Norwegian
- 'Spanish'
base_model: https://huggingface.co/acme/Thing-7B
base_model_relation: fine-tuned
datasets: [https://huggingface.co/datasets/acme/talks, squad]
---
# Thing
"""
RIGHT = """---
license: apache-2.0  # as in the repository
library_name: sentence-transformers
pipeline_tag: "text-generation"
language:
- en
- "no"
- 'es'
base_model: acme/Thing-7B
base_model_relation: finetune
datasets: [acme/talks, squad]
---
# Thing
"""


def test_what_is_meant_beyond_doubt_is_written_into_the_card(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"README.md": WRONG, "config.json": '{"model_type": "llama"}'})
    done = modelcheck("scan", ".", "--offline", "--fix", "--format", "json", cwd=tmp_path)
    assert (tmp_path / "README.md").read_text() == RIGHT
    assert not [rule for rule in rules(done.json) if rule.endswith(("-unknown", "-no-id", "-a-url"))]


def test_findings_come_in_the_order_of_the_lines(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"README.md": WRONG, "config.json": '{"model_type": "llama", "_name_or_path": "/home/ann/x"}'})
    found = modelcheck("scan", ".", "--offline", "--format", "json", cwd=tmp_path).json["findings"]
    places = [(one["at"]["path"], one["at"]["line"], one["at"]["column"] or 0) for one in found]
    assert places == sorted(places)
    assert {path for path, _, _ in places} == {"README.md", "config.json"}


def test_what_the_headers_tell_is_written_into_the_json_files(modelcheck: Command, tmp_path: Path) -> None:
    adapter = safetensors("base_model.model.a.lora_A.weight F32 4x2")
    write_tree(tmp_path, {"adapter_config.json": '{"peft_type": "LORA", "r": 16}', "adapter_model.safetensors": adapter})
    modelcheck("scan", ".", "--offline", "--fix", cwd=tmp_path)
    assert (tmp_path / "adapter_config.json").read_text() == '{"peft_type": "LORA", "r": 4}'


def test_local_headers_are_read_without_being_asked_for(modelcheck: Command, tmp_path: Path) -> None:
    header = json.dumps({"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}}).encode()
    shard = len(header).to_bytes(8, "little") + header + b"\0"
    index = json.dumps({"weight_map": {"a": "model-00001-of-00001.safetensors", "b": "model-00001-of-00001.safetensors"}})
    write_tree(tmp_path, {"model.safetensors.index.json": index, "model-00001-of-00001.safetensors": shard})
    found = modelcheck("scan", ".", "--offline", "--format", "json", cwd=tmp_path).json["findings"]
    assert "weights/tensor-missing" in {one["rule"] for one in found}


def test_a_line_of_the_front_matter_that_does_not_parse_is_named(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"README.md": "---\nlicense: mit\ntags:\n\t- chat\n---\n", "config.json": '{"model_type": "llama"}'})
    done = modelcheck("scan", ".", "--offline", "--format", "json", cwd=tmp_path)
    (found,) = [one for one in done.json["findings"] if one["rule"] == "unreadable-file"]
    assert (found["at"]["path"], found["at"]["line"], found["at"]["column"]) == ("README.md", 4, 1)


def test_windows_line_ends_and_a_mark_change_nothing_but_a_note(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"plain/README.md": CARD, "marked/README.md": b"\xef\xbb\xbf" + CARD.replace("\n", "\r\n").encode()})
    found = {}
    for name in ("plain", "marked"):
        write_tree(tmp_path, {f"{name}/config.json": '{"model_type": "llama"}'})
        found[name] = rules(modelcheck("scan", name, "--offline", "--format", "json", cwd=tmp_path).json)
    assert found["marked"] - found["plain"] == {"card/before-front-matter"}
    assert not found["plain"] - found["marked"]


def test_a_cut_off_gguf_file_is_told_of_once(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"thing.gguf": thing()[:-64]})
    done = modelcheck("scan", "thing.gguf", "--offline", "--format", "json", cwd=tmp_path)
    assert [one["rule"] for one in done.json["findings"] if one["severity"] == "error"] == ["weights/gguf-cut-off"]
