"""What MkDocs calls while it builds the site (``hooks`` in .mkdocs.yml): pages and links that Git shows and docs/ does not hold.

README.md is the site's first page, CHANGELOG.md a page. Any other file of the repository that a page links to is copied into the
site below ``source/``, so that the link works on the site as it does in the repository, at the same version, without an address of
the repository. The pages of rules are listed by area.
"""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

PAGES = {"README.md": "index.md", "CHANGELOG.md": "changelog.md"}
LINK = re.compile(r"(?P<before>\]\()(?P<path>[^)\s#:]+)(?P<anchor>#[^)\s]*)?(?=\))")
COMMENT = re.compile(r"\A<!--.*?-->\s*", re.DOTALL)
CELL = re.compile(r"<td[^>]*>.*?</td>", re.DOTALL)
FENCED = re.compile(r"^(?P<fence>`{3,})[^\n]*\n.*?^(?P=fence)$", re.MULTILINE | re.DOTALL)


def on_config(config: Any) -> Any:
    """List the rules by area below their overview, each area with its pages."""
    rules = Path(config.docs_dir, "rules")
    areas = {folder.name: sorted(folder.glob("*.md")) for folder in sorted(rules.iterdir()) if folder.is_dir()}
    own = {"modelcheck": sorted(path for path in rules.glob("*.md") if path.name != "README.md")}
    listed = [{area: [path.relative_to(config.docs_dir).as_posix() for path in pages]} for area, pages in {**areas, **own}.items()]
    for section in config.nav:
        for entries in section.values():
            for entry in entries:
                if isinstance(entry, dict) and entry.get("Rules") == "rules/README.md":
                    entry["Rules"] = ["rules/README.md", *listed]
    return config


def on_files(files: Files, config: Any) -> Files:
    """Add the pages outside of docs/, and each file of the repository that a page links to."""
    root = Path(config.config_file_path).parent
    for path, page in PAGES.items():
        files.append(File.generated(config, page, content=(root / path).read_text("utf-8")))
    for file in list(files.documentation_pages()):
        for target in _linked(_text(file), _folder(file)):
            there = f"source/{target}"
            outside = target not in PAGES and not target.startswith("docs/") and (root / target).is_file()
            if outside and not files.get_file_from_path(there):
                files.append(File.generated(config, there, abs_src_path=str(root / target)))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Point each link at where its file is on the site. Leave out a comment above the title, which MkDocs looks for first."""
    markdown = COMMENT.sub("", markdown)
    folder, own = _folder(page.file), posixpath.dirname(page.file.src_uri)

    def moved(link: re.Match[str]) -> str:
        target = _target(link["path"], folder)
        there = PAGES.get(target) or (target.removeprefix("docs/") if target.startswith("docs/") else f"source/{target}")
        if files.get_file_from_path(there) is None:  # MkDocs says that it leads nowhere
            return link[0]
        return f"{link['before']}{posixpath.relpath(there, own or '.')}{link['anchor'] or ''}"

    parts, end = [], 0
    for fence in FENCED.finditer(markdown):
        parts += [LINK.sub(moved, markdown[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, LINK.sub(moved, markdown[end:])])


def on_page_content(html: str, **_: Any) -> str:
    """Show a bar in a code span of a table without the backslash that Git's Markdown needs there."""
    return CELL.sub(lambda cell: cell[0].replace(r"\|", "|"), html)


def _text(file: File) -> str:
    return FENCED.sub("", file.content_string)


def _folder(file: File) -> str:
    """The folder of a page in the repository."""
    return "" if file.src_uri in PAGES.values() else posixpath.dirname(f"docs/{file.src_uri}")


def _linked(text: str, folder: str) -> set[str]:
    return {_target(link["path"], folder) for link in LINK.finditer(text)}


def _target(path: str, folder: str) -> str:
    """What a link leads to, as a path of the repository."""
    return os.path.normpath(posixpath.join(folder, path)).replace(os.sep, "/")
