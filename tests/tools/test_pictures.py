"""The pictures in the docs show what the command writes."""

from __future__ import annotations

import subprocess
import sys

from conftest import ROOT
from tools.pictures import PICTURES, shown


def test_the_pictures_are_of_this_version() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tests/tools/pictures.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "template/turn-end-not-eos" in " ".join(shown((PICTURES / "text-dark.svg").read_text("utf-8")))
