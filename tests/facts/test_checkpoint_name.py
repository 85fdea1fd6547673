"""The name of the checkpoint."""

from __future__ import annotations

from modelcheck.facts.checkpoint_name import CheckpointName

from facts.support import known


class TestCheckpointName:
    def test_a_hub_id_has_an_owner(self) -> None:
        name = known(CheckpointName, {}, name="meta-llama/Llama-3.1-8B-Instruct", kind="hub")
        assert (name.owner, name.name, name.is_id) == ("meta-llama", "Llama-3.1-8B-Instruct", True)
        assert name.words == ("llama", "3.1", "8b", "instruct")

    def test_a_folder_has_none(self) -> None:
        name = known(CheckpointName, {}, name="my_model.v2-chat")
        assert (name.owner, name.is_id, name.words) == (None, False, ("my", "model", "v2", "chat"))
