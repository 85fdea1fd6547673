"""GGUF files, adapters and parents, as the command sees them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from conftest import ROOT, Command, write_tree

COMMIT = "0123456789abcdef0123456789abcdef01234567"
TEMPLATE = "{% for m in messages %}<|im_start|>{{ m.content }}<|im_end|>{% endfor %}"


def write_gguf(
    path: Path, *, name: str = "Thing", finetune: str | None = None, eos: int = 2, template: str | None = TEMPLATE
) -> None:
    import numpy as np
    from gguf import GGUFWriter

    writer = GGUFWriter(path, "llama")
    writer.add_name(name)
    if finetune:
        writer.add_finetune(finetune)
    writer.add_token_list(["<|endoftext|>", "<|im_start|>", "<|im_end|>", *(f"t{number}" for number in range(200))])
    writer.add_token_types([3, 3, 3, *[1] * 200])
    writer.add_eos_token_id(eos)
    if template:
        writer.add_chat_template(template)
    writer.add_tensor("w", np.zeros((4, 4), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def verdict(modelcheck: Command, *words: str | Path, cwd: Path) -> dict:  # type: ignore[type-arg]
    done = modelcheck("scan", *words, "--offline", "--format", "json", cwd=cwd)
    assert not done.json["errors"], done.json["errors"]
    return done.json["checkpoints"][0]  # type: ignore[no-any-return]


@pytest.mark.filterwarnings("ignore")
class TestGgufFiles:
    def test_a_file_is_a_checkpoint_and_its_neighbours_are_not_it(self, modelcheck: Command, tmp_path: Path) -> None:
        write_gguf(tmp_path / "thing.Q4_K_M.gguf", finetune="Instruct")
        write_tree(tmp_path, {"README.md": "---\nlicense: mit\n---\nThis is a pretrained base model."})
        found = verdict(modelcheck, "thing.Q4_K_M.gguf", cwd=tmp_path)
        assert found["verdict"]["label"] == "instruct"
        groups = {evidence["group"]: evidence["because"] for evidence in found["verdict"]["evidence"] if evidence["counted"]}
        assert set(groups) == {"name", "template", "stops"}
        assert groups["name"] == "general.finetune in the GGUF header contains 'instruct'"
        assert groups["stops"] == "generation stops on <|im_end|>, which ends a turn"

    def test_a_turn_end_that_llama_cpp_knows_by_name_is_a_warning(self, modelcheck: Command, tmp_path: Path) -> None:
        write_gguf(tmp_path / "thing-instruct.gguf", eos=0)
        found = modelcheck("scan", "thing-instruct.gguf", "--offline", "--format", "json", cwd=tmp_path).json["findings"]
        assert "template/engines-stop-differently" in {one["rule"] for one in found if one["severity"] == "warning"}
        assert not [one for one in found if one["severity"] == "error"]

    def test_a_turn_end_that_does_not_stop_is_found_in_gguf_too(self, modelcheck: Command, tmp_path: Path) -> None:
        template = TEMPLATE.replace("<|im_end|>", "<|im_start|>")
        write_gguf(tmp_path / "thing-instruct.gguf", eos=0, template=template)
        done = modelcheck("scan", "thing-instruct.gguf", "--offline", "--fail-on", "error", "--format", "json", cwd=tmp_path)
        errors = [found for found in done.json["findings"] if found["severity"] == "error"]
        assert [found["rule"] for found in errors] == ["template/turn-end-not-eos"]
        assert errors[0]["at"]["path"] == "thing-instruct.gguf"

    def test_a_split_file_is_read_by_its_first_part(self, modelcheck: Command, tmp_path: Path) -> None:
        write_gguf(tmp_path / "thing-00001-of-00002.gguf", finetune="chat")
        write_tree(tmp_path, {"thing-00002-of-00002.gguf": b"GGUF", "other-00001-of-00002.gguf": b"GGUF"})
        assert verdict(modelcheck, "thing-00001-of-00002.gguf", cwd=tmp_path)["verdict"]["label"] == "instruct"

    def test_a_folder_of_one_is_judged_by_it(self, modelcheck: Command, tmp_path: Path) -> None:
        (tmp_path / "x").mkdir()
        write_gguf(tmp_path / "x" / "thing.gguf", finetune="Base", template=None)
        assert verdict(modelcheck, "x", cwd=tmp_path)["verdict"]["label"] == "base"

    def test_a_broken_one_is_a_finding(self, modelcheck: Command, tmp_path: Path) -> None:
        write_tree(tmp_path, {"bad.gguf": b"GGUF" + b"\xff" * 100})
        done = modelcheck("scan", "bad.gguf", "--offline", "--format", "json", cwd=tmp_path)
        assert [(found["rule"], found["at"]["path"]) for found in done.json["findings"]] == [("unreadable-file", "bad.gguf")]
        assert done.code == 1


class TestCacheFolders:
    @pytest.mark.parametrize("folder", ["models--acme--thing-chat", f"models--acme--thing-chat/snapshots/{COMMIT}"])
    def test_a_folder_of_the_cache_is_the_checkpoint_and_commit_that_it_is(
        self, folder: str, modelcheck: Command, tmp_path: Path
    ) -> None:
        root = tmp_path / "somewhere/models--acme--thing-chat"
        write_tree(root, {"refs/main": COMMIT, "blobs/x": '{"model_type": "llama"}', f"snapshots/{COMMIT}/a": ""})
        (root / f"snapshots/{COMMIT}/config.json").symlink_to("../../blobs/x")
        found = verdict(modelcheck, tmp_path / "somewhere" / folder, cwd=tmp_path)
        assert (found["source"], found["revision"], found["verdict"]["label"]) == ("cache", COMMIT, "instruct")


class TestAdapters:
    def adapter(self, base: str, **more: str) -> dict[str, str]:
        return {"a/adapter_config.json": json.dumps({"base_model_name_or_path": base, "peft_type": "LORA"}), **more}

    def lineage(self, found: dict) -> str:  # type: ignore[type-arg]
        return next(one["because"] for one in found["verdict"]["evidence"] if one["group"] == "lineage")

    @pytest.mark.parametrize(
        ("base", "stage"), [("acme/Thing-7B-Instruct", "an instruct model"), ("acme/Thing-7B-Base", "a base model")]
    )
    def test_an_adapter_is_neither_and_says_what_it_is_put_on(
        self, base: str, stage: str, modelcheck: Command, tmp_path: Path
    ) -> None:
        write_tree(tmp_path, self.adapter(base))
        found = verdict(modelcheck, "a", cwd=tmp_path)
        assert (found["verdict"]["label"], found["verdict"]["sub_labels"]) == ("not-applicable", ["adapter"])
        assert f"an adapter of {base}" in self.lineage(found)
        assert stage in self.lineage(found)

    def test_the_parents_own_files_count_where_they_are_cached(self, modelcheck: Command, tmp_path: Path) -> None:
        cache = tmp_path / "cache/models--acme--mystery"
        write_tree(cache, {"refs/main": COMMIT})
        for path in (ROOT / "fixtures/tiny-instruct").iterdir():
            write_tree(cache, {f"snapshots/{COMMIT}/{path.name}": path.read_bytes()})
        write_tree(tmp_path, self.adapter("acme/mystery"))
        env = {"HF_HUB_CACHE": str(tmp_path / "cache")}
        done = modelcheck("scan", "a", "--offline", "--format", "json", cwd=tmp_path, env=env)
        assert "acme/mystery, which is an instruct model" in self.lineage(done.json["checkpoints"][0])

    def test_a_local_path_is_reported_and_not_followed(self, modelcheck: Command, tmp_path: Path) -> None:
        write_tree(tmp_path, self.adapter("../secret") | {"secret/config.json": "{}"})
        done = modelcheck("scan", "a", "--offline", "--format", "json", cwd=tmp_path)
        assert [found["rule"] for found in done.json["findings"]] == ["card/base-model-is-a-path"]

    def test_parents_that_call_each_other_parent_end(self, modelcheck: Command, tmp_path: Path) -> None:
        for one, other in (("x", "y"), ("y", "x")):
            cache = tmp_path / f"cache/models--acme--{one}"
            config = json.dumps({"base_model_name_or_path": f"acme/{other}"})
            write_tree(cache, {"refs/main": COMMIT, f"snapshots/{COMMIT}/adapter_config.json": config})
        env = {"HF_HUB_CACHE": str(tmp_path / "cache")}
        done = modelcheck("scan", "acme/x", "acme/y", "--offline", "--format", "json", cwd=tmp_path, env=env, timeout=30)
        assert [checkpoint["verdict"]["label"] for checkpoint in done.json["checkpoints"]] == ["not-applicable", "not-applicable"]


@pytest.mark.filterwarnings("ignore")
class TestOllama:
    def store(self, folder: Path, *, tag: str = "8b", **details: str) -> Path:
        write_gguf(folder / "model.gguf", **details)  # type: ignore[arg-type]
        content = (folder / "model.gguf").read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        layer = {"mediaType": "application/vnd.ollama.image.model", "digest": f"sha256:{digest}", "size": len(content)}
        manifest = f"store/manifests/registry.ollama.ai/library/thing/{tag}"
        write_tree(folder, {f"store/blobs/sha256-{digest}": content, manifest: json.dumps({"layers": [layer]})})
        return folder / manifest

    def test_a_name_is_found_in_the_store_with_its_digest(self, modelcheck: Command, tmp_path: Path) -> None:
        self.store(tmp_path)
        env = {"OLLAMA_MODELS": str(tmp_path / "store")}
        done = modelcheck("scan", "ollama://thing:8b", "--offline", "--format", "json", cwd=tmp_path, env=env)
        found = done.json["checkpoints"][0]
        assert (found["source"], len(found["revision"])) == ("ollama", 64)
        assert found["verdict"]["label"] == "instruct"
        assert modelcheck("scan", "ollama://other", "ollama://../x", "--offline", env=env).code == 4

    def test_a_manifest_is_the_model_that_it_names(self, modelcheck: Command, tmp_path: Path) -> None:
        manifest = self.store(tmp_path, tag="8b-text", template="")
        found = verdict(modelcheck, manifest, cwd=tmp_path)
        assert (found["source"], found["verdict"]["label"]) == ("ollama", "base")

    def test_a_broken_manifest_is_an_error(self, modelcheck: Command, tmp_path: Path) -> None:
        write_tree(tmp_path, {"store/manifests/registry.ollama.ai/library/thing/8b": '{"layers": [3]}'})
        done = modelcheck(
            "scan", "ollama://thing:8b", "--offline", "--format", "json", env={"OLLAMA_MODELS": str(tmp_path / "store")}
        )
        assert ([error["kind"] for error in done.json["errors"]], done.code) == (["unreadable"], 4)


class TestParents:
    """What a checkpoint was made from, by the parent's name."""

    def told(self, modelcheck: Command, tmp_path: Path, **files: str) -> dict:  # type: ignore[type-arg]
        write_tree(
            tmp_path / "x",
            {"config.json": '{"model_type": "llama"}'} | {name.replace("__", "."): text for name, text in files.items()},
        )
        return verdict(modelcheck, "x", cwd=tmp_path)["verdict"]  # type: ignore[no-any-return]

    def kinds(self, told: dict) -> list[str]:  # type: ignore[type-arg]
        return [one["kind"] for one in told["evidence"] if one["signal"] == "identity/made-from"]

    def test_a_fine_tune_of_an_instruct_model(self, modelcheck: Command, tmp_path: Path) -> None:
        told = self.told(modelcheck, tmp_path, README__md="---\nbase_model: acme/Thing-7B-Instruct\n---\n")
        assert self.kinds(told) == ["tuned-from-instruct"]

    @pytest.mark.parametrize(
        ("path", "kinds"),
        [
            ("/home/someone/models/Thing-7B-Instruct/", ["loaded-from-instruct"]),
            ("/root/.cache/huggingface/hub/models--acme--Thing-7B-Chat/snapshots/abc", ["loaded-from-instruct"]),
            ("acme/Thing-7B-Base", [None]),
            ("./out/checkpoint-500", []),
            ("x", []),
        ],
    )
    def test_what_the_weights_were_loaded_from(self, path: str, kinds: list[str], modelcheck: Command, tmp_path: Path) -> None:
        told = self.told(modelcheck, tmp_path, config__json=json.dumps({"model_type": "llama", "_name_or_path": path}))
        assert self.kinds(told) == kinds

    @pytest.mark.parametrize(
        ("models", "kind"),
        [
            (("acme/A-7B-Instruct", "acme/B-7B-chat"), "merge-of-instruct"),
            (("acme/A-7B-Instruct", "acme/B-7B-Base"), "merge-with-instruct"),
            (("acme/A-7B-Base", "acme/B-7B-Base"), "merge-of-base"),
        ],
    )
    def test_a_merge_takes_after_what_is_in_it(
        self, models: tuple[str, ...], kind: str, modelcheck: Command, tmp_path: Path
    ) -> None:
        record = "merge_method: ties\nslices:\n- sources:\n" + "".join(f"  - model: {model}\n" for model in models)
        told = self.told(modelcheck, tmp_path, mergekit_config__yml=record)
        assert (self.kinds(told), told["sub_labels"]) == ([kind], ["merge"])

    def test_a_record_that_is_all_aliases_takes_no_time(self, modelcheck: Command, tmp_path: Path) -> None:
        record = "a0: &a0 {model: acme/A-7B-Instruct}\n" + "".join(
            f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
        )
        assert self.kinds(self.told(modelcheck, tmp_path, mergekit_config__yml=record)) == []  # it is not read: too many values
