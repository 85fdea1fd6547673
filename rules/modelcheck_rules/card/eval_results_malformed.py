from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import EvalResults, Finding, rule


@rule(severity="warning", since="0.1")
def eval_results_malformed(results: EvalResults) -> Iterator[Finding]:
    """A file of evaluation results lacks what the Hub needs to show it.

    `.eval_results/*.yaml` is a list; each entry has `dataset` with `id` and `task_id`, and a `value`. A date is a text in
    quotes, a source has a `url`.

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

    Add what the finding names.
    """
    for path, root in results.files.items():
        if root is None or root.elements is None:
            yield Finding(f"{path} holds no list of results", at=results.at(path))
            continue
        for entry in root:
            missing = [
                ".".join(keys) for keys in (("dataset", "id"), ("dataset", "task_id"), ("value",)) if entry.get(*keys) is None
            ]
            if entry.get("source") is not None and entry.get("source", "url") is None:
                missing.append("source.url")
            date = entry.get("date")
            if missing:
                yield Finding(f"a result lacks {', '.join(missing)}", at=entry.span)
            elif date is not None and date.style is None:
                yield Finding("the date of a result is no text: put it in quotes", at=date.span)
