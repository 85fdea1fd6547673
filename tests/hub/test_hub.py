"""What the Hub is asked for, what it is not, and what is made of its answers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, Command, clean_environment
from hub.server import CONFIG, PAPERS, Fault, Hub, fixture_files


def test_a_checkpoint_is_pinned_by_one_question_and_files_come_only_when_asked_for(hub: Hub, modelcheck: Command) -> None:
    repo = hub.add("acme/Model-7B-Instruct", fixture_files("tiny-instruct"))
    done = modelcheck("scan", "acme/Model-7B-Instruct", "--format", "json", env={"HF_ENDPOINT": hub.address})
    checkpoint = done.json["checkpoints"][0]
    assert done.code == 0, done.err
    assert (checkpoint["source"], checkpoint["revision"]) == ("hub", repo.commit("main"))
    assert checkpoint["verdict"]["label"] == "instruct"
    assert [asked for asked in hub.asked() if "/api/" in asked] == ["GET /api/models/acme/Model-7B-Instruct"]
    assert not any("model.safetensors" in asked or asked.endswith("tokenizer.json") for asked in hub.asked())


def test_a_warm_scan_asks_once_and_an_offline_one_never(hub: Hub, modelcheck: Command) -> None:
    hub.add("acme/model", PAPERS)
    env = {"HF_ENDPOINT": hub.address}
    first = modelcheck("scan", "acme/model", "--format", "json", env=env)
    hub.requests.clear()
    second = modelcheck("scan", "acme/model", "--format", "json", env=env)
    assert hub.asked() == ["GET /api/models/acme/model"]
    hub.requests.clear()
    offline = modelcheck("scan", "acme/model", "--format", "json", "--offline", env=env)
    assert hub.asked() == []
    verdicts = [done.json["checkpoints"][0]["verdict"]["p_instruct"] for done in (first, second, offline)]
    assert verdicts[0] == verdicts[1]
    assert offline.json["checkpoints"][0]["source"] in ("cache", "name")


def test_a_whole_commit_in_the_cache_is_not_asked_for_again(hub: Hub, modelcheck: Command) -> None:
    repo = hub.add("acme/model", PAPERS)
    target = f"acme/model@{repo.commit('main')}"
    assert modelcheck("scan", target, env={"HF_ENDPOINT": hub.address}).code == 0
    hub.requests.clear()
    done = modelcheck("scan", target, "--format", "json", env={"HF_ENDPOINT": hub.address})
    assert hub.asked() == []
    assert done.json["checkpoints"][0]["source"] == "cache"


def test_a_revision_is_another_checkpoint(hub: Hub, modelcheck: Command) -> None:
    repo = hub.add("acme/model", PAPERS)
    repo.revisions["it-SFT"] = {**hub.repos["acme/model"].revisions["main"], "config.json": b'{"model_type": "gemma"}'}
    done = modelcheck("scan", "acme/model", "hf://acme/model@it-SFT", "--format", "json", env={"HF_ENDPOINT": hub.address})
    revisions = [checkpoint["revision"] for checkpoint in done.json["checkpoints"]]
    assert revisions == [repo.commit("main"), repo.commit("it-SFT")]


def test_a_one_part_id_is_one(hub: Hub, modelcheck: Command) -> None:
    hub.add("gpt2", PAPERS)
    done = modelcheck("scan", "gpt2", "--format", "json", env={"HF_ENDPOINT": hub.address})
    assert done.json["checkpoints"][0]["verdict"]["label"] == "base"


GATED = {
    "config": {
        "model_type": "llama",
        "architectures": ["LlamaForCausalLM"],
        "tokenizer_config": {
            "eos_token": "<|im_end|>",
            "chat_template": "{% for m in messages %}{{ m.content }}<|im_end|>{% endfor %}",
        },
    },
    "cardData": {"license": "other", "tags": ["sft"]},
}


def test_a_gated_repository_costs_one_request_and_is_judged_by_what_is_public(hub: Hub, modelcheck: Command) -> None:
    hub.add("acme/mystery", {**PAPERS, "tokenizer_config.json": "{}"}, gated="manual", info=GATED)
    env = {"HF_ENDPOINT": hub.address}
    done = modelcheck("scan", "acme/mystery", "--format", "json", "-v", env=env)
    checkpoint = done.json["checkpoints"][0]
    assert done.code == 0
    assert hub.asked() == ["GET /api/models/acme/mystery"]
    assert {evidence["group"] for evidence in checkpoint["verdict"]["evidence"]} >= {"template", "card-tags"}
    assert "accept its conditions" in checkpoint["note"]
    assert any("generation_config.json is withheld" in skipped["reason"] for skipped in checkpoint["skipped"])
    complete = modelcheck("scan", "acme/mystery", "--require-complete", "--format", "json", env=env)
    assert ([error["kind"] for error in complete.json["errors"]], complete.code) == (["gated"], 4)


def test_a_gated_repository_of_which_nothing_is_known_is_an_error(hub: Hub, modelcheck: Command) -> None:
    hub.add("mystery", {"weights.bin": "x"}, gated="auto")
    done = modelcheck("scan", "hf://mystery", "--format", "json", env={"HF_ENDPOINT": hub.address})
    assert ([error["kind"] for error in done.json["errors"]], done.code) == (["gated"], 4)


def test_a_token_without_access_is_told_so(hub: Hub, modelcheck: Command) -> None:
    hub.add("acme/mystery-chat", PAPERS, gated="manual", info=GATED)
    hub.faults.append(Fault("/resolve/", 403, headers={"X-Error-Code": "GatedRepo"}))
    done = modelcheck(
        "scan", "acme/mystery-chat", "--format", "json", env={"HF_ENDPOINT": hub.address, "HF_TOKEN": "hf_" + "x" * 30}
    )
    assert done.json["checkpoints"][0]["verdict"]["label"] == "instruct"
    assert sum("/resolve/" in asked for asked in hub.asked()) == 1, "one refusal is enough"


def test_a_cold_scan_is_a_handful_of_requests_over_one_connection(hub: Hub, modelcheck: Command) -> None:
    hub.add("acme/Model-7B-Instruct", fixture_files("tiny-instruct"))
    modelcheck("scan", "acme/Model-7B-Instruct", env={"HF_ENDPOINT": hub.address})
    assert len(hub.requests) <= 7
    assert all(asked.startswith("GET ") for asked in hub.asked())


def test_what_was_fetched_is_where_huggingface_hub_looks_for_it(hub: Hub, modelcheck: Command, tmp_path: Path) -> None:
    hub.add("acme/model", PAPERS)
    env = {"HF_ENDPOINT": hub.address}
    modelcheck("scan", "acme/model", env=env)
    script = "from huggingface_hub import hf_hub_download as get\n"
    script += "print(open(get('acme/model', 'config.json', local_files_only=True)).read())"
    home = clean_environment(HF_HOME=str(tmp_path / "hf-home"), **env)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=home, check=False)
    assert done.stdout.strip() == CONFIG, done.stderr


def test_lists_of_targets_and_an_authors_models(hub: Hub, modelcheck: Command, tmp_path: Path) -> None:
    for number in range(5):
        hub.add(f"acme/m{number}-chat", PAPERS, info={"tags": ["odd"] if number % 2 else []})
    env = {"HF_ENDPOINT": hub.address}

    def targets(*words: str) -> list[str]:
        done = modelcheck("scan", *words, "--format", "json", env=env, cwd=tmp_path)
        return [checkpoint["target"] for checkpoint in done.json["checkpoints"]]

    assert targets("--author", "acme") == [f"acme/m{number}-chat" for number in range(5)]
    assert targets("--author", "acme", "--limit", "3") == [f"acme/m{number}-chat" for number in range(3)]
    assert targets("--author", "acme", "--filter", "odd") == ["acme/m1-chat", "acme/m3-chat"]
    (tmp_path / "list.txt").write_text("# ours\nacme/m4-chat\n\nacme/m0-chat\nacme/m4-chat\n")
    assert targets("--targets", "list.txt", "acme/m2-chat") == ["acme/m2-chat", "acme/m4-chat", "acme/m0-chat"]


def test_json_lines_are_whole_and_all_there(hub: Hub, modelcheck: Command) -> None:
    names = [f"acme/m{number}-chat" for number in range(12)]
    for name in names:
        hub.add(name, PAPERS)
    done = modelcheck("scan", *names, "acme/none", "--format", "jsonl", "--jobs", "4", env={"HF_ENDPOINT": hub.address})
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert sorted(line["target"] for line in lines if "target" in line) == sorted(names)
    assert [line["error"]["target"] for line in lines if "error" in line] == ["acme/none"]
    assert done.code == 4


@pytest.mark.filterwarnings("ignore")
def test_a_gguf_header_is_read_by_ranges_where_the_hub_has_no_summary(hub: Hub, modelcheck: Command, tmp_path: Path) -> None:
    import numpy as np
    from gguf import GGUFWriter

    writer = GGUFWriter(tmp_path / "x.gguf", "llama")
    writer.add_name("Thing")
    writer.add_finetune("Instruct")
    writer.add_tensor("w", np.zeros(500_000, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    hub.add("acme/thing-GGUF", {"thing.gguf": (tmp_path / "x.gguf").read_bytes()})
    done = modelcheck("scan", "acme/thing-GGUF", "--format", "json", env={"HF_ENDPOINT": hub.address})
    assert done.json["checkpoints"][0]["verdict"]["label"] == "instruct"
    assert len(hub.requests) == 2
    assert hub.bytes_sent < 100_000, "the two megabytes of tensors stay where they are"


def test_safetensors_headers_are_read_by_ranges_when_the_budget_allows(hub: Hub, modelcheck: Command) -> None:
    files = fixture_files("shard-missing")
    index = json.loads(files["model.safetensors.index.json"])
    index["weight_map"] = {"not.there": "model-00001-of-00002.safetensors"}
    files["model.safetensors.index.json"] = json.dumps(index).encode()
    hub.add("acme/thing", files)
    env = {"HF_ENDPOINT": hub.address}
    plain = modelcheck("scan", "acme/thing", "--format", "json", "-v", env=env)
    assert [
        skipped["reason"] for skipped in plain.json["checkpoints"][0]["skipped"] if skipped["rule"] == "weights/tensor-missing"
    ] == ["needs --budget weights"]
    done = modelcheck("scan", "acme/thing", "--budget", "weights", "--format", "json", env=env)
    assert "weights/tensor-missing" in [found["rule"] for found in done.json["findings"]]


def test_a_gguf_repository_is_judged_by_the_hubs_summary_without_a_byte_of_it(hub: Hub, modelcheck: Command) -> None:
    files = {"model-Q4_K_M.gguf": b"GGUF" * 99, "model-Q8_0.gguf": b"GGUF" * 99}
    hub.add(
        "acme/thing-GGUF", files, info={"gguf": {"architecture": "llama", "chat_template": "{{ messages[1].content }}<|im_end|>"}}
    )
    done = modelcheck("scan", "acme/thing-GGUF", "acme/thing-GGUF:Q8_0", "--format", "json", env={"HF_ENDPOINT": hub.address})
    assert {evidence["group"] for evidence in done.json["checkpoints"][0]["verdict"]["evidence"]} >= {"template"}
    assert not any("/resolve/" in asked for asked in hub.asked())
    missing = modelcheck(
        "scan", "acme/thing-GGUF:Q2_K", "acme/thing-GGUF/other.gguf", "--format", "json", env={"HF_ENDPOINT": hub.address}
    )
    assert [error["kind"] for error in missing.json["errors"]] == ["not-found", "not-found"]
    assert "model-Q4_K_M.gguf" in missing.json["errors"][0]["message"]


def test_a_checkpoint_that_only_a_file_names_and_that_cannot_be_reached_is_judged_by_its_name(
    modelcheck: Command, tmp_path: Path
) -> None:
    compose = (ROOT / "fixtures/chat-on-base/compose.yaml").read_text()
    (tmp_path / "compose.yaml").write_text(compose)
    done = modelcheck("scan", "compose.yaml", "--format", "json", cwd=tmp_path)
    assert done.code == 1
    assert done.json["errors"] == []
    assert done.json["checkpoints"][0]["source"] == "name"
    (told,) = done.json["not_asked"]
    assert "the Hub cannot be reached" in told["reason"]
    assert f"not all is known of {told['model']}: the Hub cannot be reached" in modelcheck("scan", "-q", cwd=tmp_path).out
    assert "not all is known" not in modelcheck("scan", "--offline", cwd=tmp_path).out, "as asked for"


def test_a_use_is_judged_by_the_checkpoint_that_the_hub_has(hub: Hub, modelcheck: Command, tmp_path: Path) -> None:
    hub.add(
        "acme/mystery", fixture_files("tiny-base") | {"README.md": b"---\nlicense: mit\n---\nThis is a pretrained base model.\n"}
    )
    (tmp_path / "compose.yaml").write_text(
        "services:\n  one:\n    image: vllm/vllm-openai\n    command: --model acme/mystery --reasoning-parser x\n"
        "  two:\n    image: vllm/vllm-openai\n    command: --model acme/mystery --reasoning-parser x --port 1\n"
    )
    done = modelcheck("scan", "compose.yaml", "--format", "json", cwd=tmp_path, env={"HF_ENDPOINT": hub.address})
    assert [finding["at"]["line"] for finding in done.json["findings"]] == [4, 7]
    assert sum("/api/models/" in asked for asked in hub.asked()) == 1, "two uses of one checkpoint, one question"


def test_a_sibling_that_the_hub_shows_to_be_instruct_is_a_certain_mend(hub: Hub, modelcheck: Command, tmp_path: Path) -> None:
    hub.add("acme/Thing-7B-Base", {"config.json": '{"model_type": "llama"}'})
    files = {name: content for name, content in fixture_files("tiny-instruct").items() if name.endswith((".json", ".jinja"))}
    hub.add("acme/Thing-7B-Instruct", files)
    (tmp_path / "run.sh").write_text("vllm serve acme/Thing-7B-Base --tool-call-parser x\n")
    done = modelcheck("scan", "run.sh", "--fix", cwd=tmp_path, env={"HF_ENDPOINT": hub.address})
    assert done.code == 0, done.out + done.err
    assert (tmp_path / "run.sh").read_text() == "vllm serve acme/Thing-7B-Instruct --tool-call-parser x\n"


@pytest.mark.parametrize(("hidden_size", "code"), [(64, 0), (128, 1)])
def test_only_a_sibling_of_the_same_size_is_a_certain_mend(
    hub: Hub, modelcheck: Command, tmp_path: Path, hidden_size: int, code: int
) -> None:
    config = {"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2}
    hub.add("acme/Thing-7B-Base", {"config.json": json.dumps(config)})
    instruct = {name: content for name, content in fixture_files("tiny-instruct").items() if name.endswith((".json", ".jinja"))}
    hub.add("acme/Thing-7B-Instruct", instruct | {"config.json": json.dumps(config | {"hidden_size": hidden_size})})
    (tmp_path / "run.sh").write_text("vllm serve acme/Thing-7B-Base --enable-auto-tool-choice\n")
    assert modelcheck("scan", "run.sh", "--fix", cwd=tmp_path, env={"HF_ENDPOINT": hub.address}).code == code


def test_a_sibling_that_is_not_there_is_no_certain_mend(hub: Hub, modelcheck: Command, tmp_path: Path) -> None:
    hub.add("acme/Thing-7B-Base", {"config.json": '{"model_type": "llama"}'})
    (tmp_path / "run.sh").write_text("vllm serve acme/Thing-7B-Base --tool-call-parser x\n")
    done = modelcheck("scan", "run.sh", "--fix", cwd=tmp_path, env={"HF_ENDPOINT": hub.address})
    assert (done.code, "not a safe fix" in done.err) == (1, True)
