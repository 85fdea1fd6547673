"""Ansible: templates and tasks with the variables of their role, their groups and hosts, and their playbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from pathlib import PurePosixPath

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.errors import Exceeded
from modelcheck.patterns import lazy
from modelcheck.readers import NeighbourFiles
from modelcheck.readers.assembly.jinja_text import Names, Repeated, Template, evaluate
from modelcheck.readers.filled import Filled
from modelcheck.readers.launch.mentions import may_start
from modelcheck.records import record

_MOST_FILES = 200
_MOST_FILLED = 20
_MOST_TASKS = 2_000
_DEEPEST = 5
_OF_A_ROLE = frozenset(("templates", "tasks", "handlers", "files"))
_MOST = 2**18
_SET_BY_TASKS = ("vars", "set_fact", "ansible.builtin.set_fact")
_LOOPS = ("loop", "with_items", "with_list")
_WORDS = ("model", "checkpoint", "llm", "hugging")
"""Words of a file that names a model; where neither a template nor the variables have one, it is not filled."""
_BLOCKS = ("tasks", "pre_tasks", "post_tasks", "handlers", "block", "rescue", "always")
_OF_GROUPS = frozenset(("group_vars", "host_vars"))
_DEFAULTS, _EVERYWHERE, _OF_THE_ROLE, _SOMEWHERE = range(4)
"""What a file's variables count for: a role's defaults give way to those of the group "all", and these to a role's variables."""
_EXPRESSION = lazy(r"\{\{(.*)\}\}")


@reader(files=("*.j2", "*.yml", "*.yaml"), mentions=("{{",))
def ansible(file: TextFile, neighbours: NeighbourFiles) -> Iterator[Filled]:
    """A template or a file of tasks, filled with the variables of each file that sets some of them."""
    name = PurePosixPath(file.path).name
    if not (name.endswith(".j2") or _is_of_ansible(file, neighbours)):
        return
    if len(file.text) > _MOST:
        raise Exceeded(f"is a template of more than {_MOST // 2**10} KiB, whose variables are not followed")
    here = PurePosixPath(neighbours.folder)
    role = next((folder.parent for folder in (here, *here.parents) if folder.name in _OF_A_ROLE), None)
    files = _variable_files(neighbours, role)
    if not _may_name_a_model(file.text) and not any(_names_a_model(neighbours, path) for path, _ in files):
        return
    template = Template(file.text)
    wanted = template.names()
    loops = [] if name.endswith(".j2") else list(_loops(file, neighbours))
    lines = Lines(file.path, file.text)
    seen = set[tuple[str, ...]]()
    for names in _deployments(neighbours, files, wanted, file):
        filled = Filled(name.removesuffix(".j2"), lines, template.parts(names, loops))
        said = tuple(f"{part.text}@{part.value_at}" for part in filled.parts if part.value_at is not None)
        if filled.text != file.text and said not in seen:
            seen.add(said)
            yield filled


def _may_name_a_model(text: str) -> bool:
    lowered = text.lower()
    return any(word in lowered for word in _WORDS) or may_start(lowered)


def _names_a_model(neighbours: NeighbourFiles, path: str) -> bool:
    return neighbours.once("ansible words", lambda: _may_name_a_model(neighbours.at_root().text(path) or ""), path)


def _is_of_ansible(file: TextFile, neighbours: NeighbourFiles) -> bool:
    """Whether a YAML file is one of tasks, or a playbook."""
    folder = PurePosixPath(neighbours.folder)
    return folder.name in ("tasks", "handlers") or "\n- hosts:" in f"\n{file.text}" or "\n  hosts:" in file.text


def _loops(file: TextFile, neighbours: NeighbourFiles) -> Iterator[Repeated]:
    """The tasks that are repeated for the elements of a list."""
    lines = Lines(file.path, file.text)
    found: list[Repeated] = []
    for task in _tasks(neighbours.yaml(PurePosixPath(file.path).name)):
        of = next((node for key in _LOOPS if (node := task.get(key)) is not None), None)
        if of is not None and task.end_line > task.line:
            whole = _EXPRESSION.fullmatch(of.text.strip()) if of.text else None
            last = lines.offset(task.end_line, 1) if task.end_column < task.column else lines.offset(task.end_line, task.end_column)
            found.append(Repeated(lines.offset(task.line, 1), last, whole[1] if whole else of))
    yield from sorted(found, key=lambda piece: piece.start)


def _tasks(parsed: YamlFile | None) -> Iterator[Node]:
    """The plays and tasks of a file; none within a task that is repeated."""
    waiting = [task for document in parsed.documents for task in document] if parsed is not None else []
    for _ in range(_MOST_TASKS):
        if not waiting:
            return
        task = waiting.pop()
        yield task
        if not any(task.get(key) is not None for key in _LOOPS):
            waiting += [inner for key in _BLOCKS for inner in task.get(key) or ()]


def _deployments(neighbours: NeighbourFiles, files: Iterable[tuple[str, int]], wanted: set[str], file: TextFile) -> Iterator[Names]:
    """The variables that count by default, then those with each other file that sets one which is wanted."""
    base: dict[str, Node] = {}
    others: list[dict[str, Node]] = []
    for path, weight in files:
        variables = _variables(neighbours, path)
        if weight == _SOMEWHERE:
            others.append(variables)
        else:
            base |= variables
    own = _of_playbook(file, neighbours)
    yield _settled({**base, **own})
    known = 0
    for variables in others:
        if wanted & variables.keys() and known < _MOST_FILLED:
            known += 1
            yield _settled({**base, **own, **variables})


@record()
class _Files:
    """The files of variables of a tree, sorted once: ``of_roles`` by the folder of the role, ``shared`` for all of them.

    ``elsewhere`` are those in folders called ``vars``, which count for what is in no role.
    """

    of_roles: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    shared: list[tuple[str, int]] = field(default_factory=list)
    elsewhere: list[tuple[str, int]] = field(default_factory=list)


def _variable_files(neighbours: NeighbourFiles, role: PurePosixPath | None) -> list[tuple[str, int]]:
    """The files of variables, each with what it counts for; weakest first, as in Ansible."""
    files = neighbours.once("ansible files", lambda: _sorted_files(neighbours.paths()))
    own = files.elsewhere if role is None else files.of_roles.get(role.as_posix(), [])
    taken = {path for path, _ in own}
    found = [*own, *(pair for pair in files.shared if pair[0] not in taken)][:_MOST_FILES]
    return sorted(found, key=lambda pair: pair[1])


def _sorted_files(paths: Iterable[str]) -> _Files:
    files = _Files()
    for path in paths:
        *folders, name = path.split("/")
        stem, dot, suffix = name.rpartition(".")
        named = bool(dot and stem)
        if named and suffix not in ("yml", "yaml"):
            continue
        for depth, folder in enumerate(folders):
            if folder in ("defaults", "vars"):
                files.of_roles.setdefault("/".join(folders[:depth]) or ".", []).append(
                    (path, _DEFAULTS if folder == "defaults" else _OF_THE_ROLE)
                )
        if not _OF_GROUPS.isdisjoint(folders):
            of_all = "all" in (stem if named else name, folders[-1])
            files.shared.append((path, _EVERYWHERE if of_all else _SOMEWHERE))
            continue
        if folders[-1:] == ["vars"]:
            files.elsewhere.append((path, _SOMEWHERE))
        if len(folders) <= 1 and named and "roles" not in folders:
            files.shared.append((path, _SOMEWHERE))  # perhaps a playbook
    return files


def _variables(neighbours: NeighbourFiles, path: str) -> dict[str, Node]:
    """The variables that a file of them, or a playbook, sets."""

    def read() -> dict[str, Node]:
        root = neighbours.at_root()
        text = root.text(path)
        file = root.yaml(path) if text is not None and ":" in text else None
        found: dict[str, Node] = {}
        for document in file.documents if file is not None else ():
            if document.elements is not None:
                for play in document:
                    found |= _of_play(play)
            elif PurePosixPath(path).parent.name not in (".", ""):
                found |= dict(document.items())
        return found

    return neighbours.once("ansible", read, path)


def _of_play(play: Node) -> dict[str, Node]:
    """The variables of a play, and those that it gives to its roles."""
    if play.get("hosts") is None:
        return {}
    found = _entries(play.get("vars"))
    for role in play.get("roles") or ():
        found |= _entries(role.get("vars"))
        found |= {name: node for name, node in role.items() if name not in ("role", "vars", "when", "tags", "name")}
    return found


def _entries(node: Node | None) -> dict[str, Node]:
    return dict(node.items()) if node is not None else {}


def _of_playbook(file: TextFile, neighbours: NeighbourFiles) -> dict[str, Node]:
    """The variables of the scanned file, if it is one of tasks or a playbook, and of the files that it names."""
    parsed = neighbours.yaml(PurePosixPath(file.path).name) if "vars" in file.text or "set_fact" in file.text else None
    found: dict[str, Node] = {}
    for task in _tasks(parsed):
        for entry in task.get("vars_files") or ():
            whole = neighbours.whole(entry.text or "")
            found |= _variables(neighbours, whole) if whole else {}
        found |= _of_play(task)
        for key in _SET_BY_TASKS:
            found |= _entries(task.get(key))
    return found


def _settled(names: dict[str, Node]) -> Names:
    """The variables with those in their own values replaced, where a value is nothing but another variable."""
    for _ in range(_DEEPEST):
        changed = {name: other for name, node in names.items() if (other := _other(node, names)) is not None and other is not node}
        if not changed:
            break
        names = {**names, **changed}
    return names


def _other(node: Node, names: Names) -> Node | None:
    text = (node.text or "").strip()
    if not (text.startswith("{{") and text.endswith("}}")):
        return None
    return evaluate(text[2:-2], names)
