"""``hf modelcheck``: our console script as an extension of the real ``hf`` command."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from huggingface_hub.cli.extensions import ExtensionManifest

from conftest import ROOT, clean_environment

HF, SCRIPT = (shutil.which(name, path=str(Path(sys.executable).parent)) for name in ("hf", "hf-modelcheck"))


@pytest.mark.skipif(HF is None or SCRIPT is None, reason="hf or hf-modelcheck is not installed in this environment")
def test_the_hf_command_starts_it_and_passes_its_exit_code_on(tmp_path: Path) -> None:
    manifest = ExtensionManifest(
        "acme", "hf-modelcheck", "acme/hf-modelcheck", "modelcheck", str(SCRIPT), "python", datetime.now(UTC)
    )
    manifest.save(tmp_path / ".local/share/hf/extensions/hf-modelcheck")
    env = clean_environment(HOME=str(tmp_path), HF_HOME=str(tmp_path / "hf"), HF_HUB_DISABLE_UPDATE_CHECK="1")
    for words, code, says in (
        (["--version"], 0, "modelcheck "),
        (["scan", str(ROOT / "fixtures/wrong-eos"), "--offline"], 1, "[template/turn-end-not-eos]"),
        (["scan", "no/such/place", "--offline"], 4, "no such file or folder"),
    ):
        done = subprocess.run([str(HF), "modelcheck", *words], capture_output=True, text=True, env=env, cwd=tmp_path, check=False)
        assert (done.returncode, says in done.stdout) == (code, True), done.stdout + done.stderr
