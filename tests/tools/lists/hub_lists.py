"""Writes the Hub's lists anew: tasks, libraries and languages from their npm packages, licences from the Hub's documentation.

    python tests/tools/lists/hub_lists.py [--licenses repositories-licenses.md] [--check]

Needs npm. The licences stand in no package: their table is read from hub-docs' ``docs/hub/repositories-licenses.md`` where that
file is given, and kept as it is otherwise. ``--check`` writes nothing and tells what has changed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

TABLE = Path(__file__).resolve().parents[3] / "rules/modelcheck_rules/card/hub_lists.json"
PACKAGES = ("@huggingface/tasks", "@huggingface/languages")
PRINT = """
const tasks = require("@huggingface/tasks"), languages = require("@huggingface/languages");
const names = {};
for (const one of Object.values(languages.LANGUAGES_ISO_639_1)) names[one.name.toLowerCase()] = one.code;
process.stdout.write(JSON.stringify({
  pipeline_tag: Object.keys(tasks.PIPELINE_DATA).sort(),
  library_name: Object.keys(tasks.MODEL_LIBRARIES_UI_ELEMENTS).sort(),
  language: Object.keys({...languages.LANGUAGES_ISO_639_1, ...languages.LANGUAGES_ISO_639_3}).sort().join(" "),
  language_names: names,
}));
"""


def from_packages() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", *PACKAGES], cwd=folder, check=True)
        done = subprocess.run(["node", "-e", PRINT], cwd=folder, check=True, capture_output=True, text=True)
        versions = {
            name: json.loads(Path(folder, "node_modules", name, "package.json").read_text())["version"] for name in PACKAGES
        }
    return {"packages": versions, **json.loads(done.stdout)}


def licenses(page: Path | None, known: dict[str, Any]) -> list[str]:
    if page is None:
        return list(known["license"])
    table = page.read_text("utf-8").partition("<!-- region licenses -->")[2].partition("<!-- endregion licenses -->")[0]
    found = re.findall(r"\|\s*`([^`]+)`", table)
    if len(found) < 50:
        raise SystemExit(f"{page}: no table of licences between the region's comments")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--licenses", type=Path, default=None)
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    known = json.loads(TABLE.read_text("utf-8")) if TABLE.exists() else {"license": []}
    now = {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "license": licenses(asked.licenses, known),
        **from_packages(),
    }
    for key in ("license", "pipeline_tag", "library_name"):
        new, gone = sorted(set(now[key]) - set(known.get(key, ()))), sorted(set(known.get(key, ())) - set(now[key]))
        print(f"{key}: {len(now[key])}, new: {', '.join(new[:20]) or 'none'}; gone: {', '.join(gone[:20]) or 'none'}")
    if not asked.check:
        TABLE.write_text(json.dumps(now, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
