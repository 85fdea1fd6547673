from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import EvalResults, Finding, rule


@rule(severity="warning", since="0.1")
def eval_results_malformed(results: EvalResults) -> Iterator[Finding]:
    """A file of evaluation results lacks a field that the Hub requires.

    `.eval_results/*.yaml` must be a list. Each entry has a `value` and a `dataset` with `id` and `task_id`. A `date` must be a
    quoted string, and a `source` must have a `url`.

    ## Bad

    ```markdown README.md
    ---
    license: apache-2.0
    ---
    # Thing
    ```

    ```yaml .eval_results/talks.yaml
    - dataset:
        id: acme/talks
      value: 0.5
    ```

    ## Good

    ```markdown README.md
    ---
    license: apache-2.0
    ---
    # Thing
    ```

    ```yaml .eval_results/talks.yaml
    - dataset:
        id: acme/talks
        task_id: default
      value: 0.5
      date: "2026-01-31"
    ```

    ## Fix

    Add the fields named in the finding.
    """
    for path, root in results.files.items():
        if root is None or root.elements is None:
            yield Finding(f"{path} is not a list of results", at=results.at(path))
            continue
        for entry in root:
            missing = [
                ".".join(keys) for keys in (("dataset", "id"), ("dataset", "task_id"), ("value",)) if entry.get(*keys) is None
            ]
            if entry.get("source") is not None and entry.get("source", "url") is None:
                missing.append("source.url")
            date = entry.get("date")
            if missing:
                yield Finding(f"evaluation result without {', '.join(missing)}", at=entry.span)
            elif date is not None and date.style is None:
                yield Finding("the date of an evaluation result is not a string: put it in quotes", at=date.span)
