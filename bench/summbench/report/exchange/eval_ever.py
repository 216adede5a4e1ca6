"""Every Eval Ever, schema 0.3.0: one JSON for each model and dataset, as its datastore has them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from summbench.core.records import sha256
from summbench.leaderboard.board import Entry
from summbench.report.exchange.origin import (
    Subject,
    find_hub_dataset,
    find_hub_model,
    flatten,
    get_family,
    get_model_record,
    list_subjects,
)
from summbench.report.sanitize import sanitize
from summbench.runs.run import RunData
from summbench.runs.schema import to_json_value

SCHEMA = "0.3.0"
_UNKNOWN = "unknown"
_FROM_0_TO_1 = {"rouge", "chrf"}
_SERVERS = "summbench.models.endpoint."


def export_eval_ever(run: RunData) -> dict[str, str]:
    """Path -> text: `data/DATASET/DEVELOPER/MODEL/UUID.json`; the same run has the same UUIDs."""
    files = {}
    for subject in list_subjects(run.leaderboard):
        content = _build_log(run, subject)
        if content["evaluation_results"]:
            text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
            name = uuid.UUID(hex=sha256(text)[:32], version=4)
            developer, _, model = content["model_info"]["id"].partition("/")
            folder = "/".join(sanitize(part) for part in (subject.dataset, developer, model))
            files[f"data/{folder}/{name}.json"] = text
    return files


def _build_log(run: RunData, subject: Subject) -> dict[str, Any]:
    finished, git = run.metadata.finished, run.metadata.git
    epoch = str(int(datetime.fromisoformat(finished).timestamp()))
    model = _build_model(run, subject.model)
    return {
        "schema_version": SCHEMA,
        "evaluation_id": f"{subject.dataset}/{model['id']}/{epoch}",
        "evaluation_timestamp": finished,
        "retrieved_timestamp": epoch,
        "source_metadata": {
            "source_name": "summbench",
            "source_type": "evaluation_run",
            "source_organization_name": _UNKNOWN,
            "evaluator_relationship": "other",
            "additional_details": _remove_nulls(
                {
                    "run": run.leaderboard.name,
                    "git": json.dumps(git and to_json_value(git)),
                }
            ),
        },
        "eval_library": {"name": "summbench", "version": run.metadata.versions["summbench"]},
        "model_info": model,
        "evaluation_results": [
            _build_result(run, subject, entry)
            for entry in subject.entries
            if run.leaderboard.metrics[entry.metric].direction != "neither"
        ],
    }


def _build_model(run: RunData, model: str) -> dict[str, Any]:
    hub, node = find_hub_model(run, model), run.metadata.get_node("model", model)
    record = get_model_record(run, model)
    target = str(node.get("_target_", ""))
    is_local = bool(target) and not target.startswith(_SERVERS)
    developer = "summbench" if is_local and "weights" not in node else _UNKNOWN
    info: dict[str, Any] = {
        "name": model,
        "id": hub or f"{developer}/{model}",
        "additional_details": {
            "deployment_type": "self_deployed" if is_local else _UNKNOWN,
            "model_availability": "open_weights" if hub else _UNKNOWN,
            "kind": run.leaderboard.models[model],
            **_remove_nulls({"fingerprint": record and record.fingerprint}),
        },
    }
    environments = record.environments if record else []
    version = environments[0].get("versions", {}).get("transformers") if environments else None
    if version:
        info["inference_engine"] = {"name": "transformers", "version": version}
    return info


def _build_result(run: RunData, subject: Subject, entry: Entry) -> dict[str, Any]:
    node = flatten(run.metadata.get_node("model", subject.model))
    settings = {key: value for key, value in node.items() if key[0] != "_"}
    result: dict[str, Any] = {
        "evaluation_result_id": f"{subject.dataset}/{entry.metric}",
        "evaluation_name": subject.dataset,
        "source_data": _build_source(run, subject.dataset),
        "metric_config": _build_metric(run, entry),
        "score_details": _build_score(run, entry),
    }
    if settings:
        result["generation_config"] = {"additional_details": settings}
    return result


def _build_source(run: RunData, dataset: str) -> dict[str, Any]:
    info, hub = run.leaderboard.datasets[dataset], find_hub_dataset(run, dataset)
    details = {"sha256": info.fingerprint, "articles": str(info.articles)}
    if hub is None:
        return {"dataset_name": dataset, "source_type": "other", "additional_details": details}
    pinned = _remove_nulls({"config": hub.config, "revision": hub.revision})
    return {
        "dataset_name": dataset,
        "source_type": "hf_dataset",
        "hf_repo": hub.id,
        **_remove_nulls({"hf_split": hub.split}),
        "samples_number": info.articles,
        "additional_details": details | pinned,
    }


def _build_metric(run: RunData, entry: Entry) -> dict[str, Any]:
    info, kind = run.leaderboard.metrics[entry.metric], get_family(entry.metric)
    proportion = {
        "metric_unit": "proportion",
        "score_type": "continuous",
        "min_score": 0.0,
        "max_score": 1.0,
    }
    return {
        "metric_id": f"summbench.{entry.metric}",
        "metric_name": entry.metric,
        "metric_kind": kind,
        "metric_parameters": {"signature": info.signature},
        "lower_is_better": info.direction == "lower",
        **(proportion if kind in _FROM_0_TO_1 else {}),
        "additional_details": {"role": info.role},
    }


def _build_score(run: RunData, entry: Entry) -> dict[str, Any]:
    estimate = entry.estimate
    details = {
        "articles": run.leaderboard.datasets[entry.dataset].articles,
        "failed": entry.n_failed,
        "rank_low": entry.rank_low,
        "rank_high": entry.rank_high,
        "cluster": entry.cluster,
    }
    uncertainty: dict[str, Any] = {"num_samples": estimate.n}
    if estimate.low == estimate.low:
        uncertainty["confidence_interval"] = {
            "lower": estimate.low,
            "upper": estimate.high,
            "confidence_level": 0.95,
            "method": estimate.method,
        }
    texts = {key: str(value) for key, value in details.items() if value is not None}
    return {"score": estimate.mean, "details": texts, "uncertainty": uncertainty}


def _remove_nulls(values: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in values.items() if value is not None}
