"""Logs of other evaluation programs: lm-evaluation-harness, Inspect and HELM."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from summbench.core.cells import is_blank
from summbench.core.column_names import find_document, find_references
from summbench.core.compressed_files import check_expansion
from summbench.core.errors import SummbenchError
from summbench.core.json_rows import Row, read_json_lines
from summbench.core.json_text import parse_json
from summbench.core.text_encoding import read_text

_ATTACHMENT = "attachment://"


def read_lm_eval(path: Path) -> Iterator[tuple[int, Row]]:
    """Read the samples that `--log_samples` writes: doc, target, filtered_resps."""
    first_filter: list[Any] = []
    for number, sample in read_json_lines(path):
        where = f"{path}: line {number}"
        doc = sample.get("doc")
        if not isinstance(doc, dict) or not sample.keys() & {"filtered_resps", "resps"}:
            raise SummbenchError(
                f"{where} has no 'doc' with 'filtered_resps' or 'resps'; it has "
                f"{', '.join(map(repr, sample))}."
            )
        first_filter = first_filter or [sample.get("filter")]
        if sample.get("filter") != first_filter[0]:
            raise SummbenchError(
                f"{where} is of the filter {sample['filter']!r}, and earlier lines of "
                f"{first_filter[0]!r}. Keep the lines of one filter."
            )
        answers = _flatten(sample.get("filtered_resps", sample.get("resps")))
        row = {"id": sample.get("doc_id"), "prediction": _join_repeats(answers, where)}
        document, references = find_document(doc), find_references(doc)
        target = sample.get("target")
        if isinstance(target, str | list) and not is_blank(target):
            row["references"] = target
        elif references:
            row["references"] = [doc[name] for name in references if not is_blank(doc[name])]
        if document is not None:
            row["document"] = doc[document]
        yield number, row


def read_inspect(path: Path) -> Iterator[tuple[int, Row]]:
    """Read the samples of a log: input, target and the completion; the system is the model.

    The epochs of a sample are repeats; if one of them failed, the sample did.
    """
    header, samples = _open_inspect_log(path)
    model = str(header.get("eval", {}).get("model") or path.stem)
    rows: dict[Any, Row] = {}
    epochs: dict[Any, dict[int, str | None]] = {}
    for sample in samples:
        name, attachments = sample.get("id"), sample.get("attachments") or {}
        rows.setdefault(
            name,
            {
                "id": name,
                "document": _resolve(_get_text(sample.get("input")), attachments),
                "references": sample.get("target"),
                "system": model,
            },
        )
        summary = None if sample.get("error") else _resolve(_get_completion(sample), attachments)
        epochs.setdefault(name, {})[int(sample.get("epoch") or 1)] = summary
    for number, (name, row) in enumerate(rows.items(), start=1):
        answers = [summary for _, summary in sorted(epochs[name].items())]
        where = f"{path}: sample {number}"
        yield (
            number,
            {**row, "prediction": None if None in answers else _join_repeats(answers, where)},
        )


def read_helm(path: Path) -> Iterator[tuple[int, Row]]:
    """Read the requests: the instance's input and correct references, and the completion.

    Perturbed copies of an instance are other articles and left out.
    """
    state = _read_json_object(path, read_text(path))
    requests = state.get("request_states")
    if not isinstance(requests, list):
        raise SummbenchError(
            f"{path} has no 'request_states'; expected HELM's scenario_state.json."
        )
    spec = state.get("adapter_spec") or {}
    for number, request in enumerate(requests, start=1):
        where = f"{path}: request {number}"
        instance, result = request.get("instance") or {}, request.get("result") or {}
        if instance.get("perturbation") is not None:
            continue
        completions = [completion.get("text") for completion in result.get("completions") or []]
        row = {
            "id": instance.get("id"),
            "document": (instance.get("input") or {}).get("text"),
            "prediction": _join_repeats(completions, where) if completions else None,
            "system": spec.get("model_deployment")
            or spec.get("model")
            or path.resolve().parent.name,
        }
        references = [
            reference["output"]["text"]
            for reference in instance.get("references") or []
            if "correct" in reference.get("tags", ["correct"])
        ]
        yield number, {**row, "references": references} if references else row


def _get_completion(sample: Mapping[str, Any]) -> str | None:
    output = sample.get("output") or {}
    choices = output.get("choices") or []
    content = choices[0].get("message", {}).get("content") if choices else None
    return output.get("completion") or _get_text(content) or None


def _open_inspect_log(path: Path) -> tuple[Mapping[str, Any], Iterable[Mapping[str, Any]]]:
    if not zipfile.is_zipfile(path):
        log = _read_json_object(path, read_text(path))
        samples = log.get("samples")
        if not isinstance(samples, list):
            raise SummbenchError(f"{path} has no 'samples'; expected a log of Inspect.")
        return log, samples
    try:
        with zipfile.ZipFile(path) as archive:
            header = _read_json_object(path, _read_member(path, archive, "header.json"))
    except (KeyError, OSError, NotImplementedError, zipfile.BadZipFile) as error:
        raise SummbenchError(f"{path} is no whole log of Inspect ({error}).") from error
    return header, _iterate_zipped_samples(path)


def _iterate_zipped_samples(path: Path) -> Iterator[Mapping[str, Any]]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("samples/") and name.endswith(".json"):
                yield _read_json_object(path, _read_member(path, archive, name))


def _read_member(path: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    info = archive.getinfo(name)
    check_expansion(path, info.file_size, info.compress_size)
    return archive.read(info)


def _read_json_object(path: Path, text: str | bytes) -> dict[str, Any]:
    try:
        value = parse_json(text)
    except ValueError as error:
        raise SummbenchError(f"{path} is not JSON ({error}).") from error
    if not isinstance(value, dict):
        raise SummbenchError(f"{path} is a JSON {type(value).__name__}; expected an object.")
    return value


def _get_text(content: Any) -> str | None:
    """The text of a prompt: a string, the parts of a message, or the last message of a user."""
    if not isinstance(content, list):
        return content if isinstance(content, str) else None
    users = [part for part in content if isinstance(part, dict) and part.get("role") == "user"]
    if users:
        return _get_text(users[-1].get("content"))
    parts = [part.get("text") for part in content if isinstance(part, dict)]
    return "\n".join(part for part in parts if isinstance(part, str)) or None


def _resolve(text: str | None, attachments: Mapping[str, str]) -> str | None:
    if text is not None and text.startswith(_ATTACHMENT):
        return attachments.get(text.removeprefix(_ATTACHMENT), text)
    return text


def _flatten(answers: Any) -> list[Any]:
    if not isinstance(answers, list):
        return [answers]
    return [text for answer in answers for text in _flatten(answer)]


def _join_repeats(answers: Sequence[Any], where: str) -> Any:
    """One answer as it is; several are repeats, each a list of its own."""
    if len(answers) == 1:
        return answers[0]
    if not answers or not all(isinstance(answer, str) for answer in answers):
        raise SummbenchError(
            f"{where} has {len(answers)} answers that are no texts; expected one or several texts."
        )
    return [[answer] for answer in answers]
