"""What others read of a run: the hub's own classes, and the schema of Every Eval Ever."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from huggingface_hub import EvalResult, ModelCard
from huggingface_hub import parse_eval_result_entries as parsed_entries
from jsonschema import Draft7Validator

from summbench.core.records import Estimate
from summbench.leaderboard.board import DatasetInfo, Entry, Health, Leaderboard, LeaderboardMetric
from summbench.report.exchange.eval_ever import export_eval_ever
from summbench.report.exchange.model_index import export_model_index
from summbench.report.exchange.origin import flatten
from summbench.runs.records import GitState
from summbench.runs.run import RunData
from summbench.runs.schema import ModelRecord
from summbench.runs.source import RunFiles
from tests.commands import CLONE, run
from tests.gates import build_metadata

_NAN = float("nan")
_SIGNATURE = "rouge|stem:no|v:1"
_ODD = 'it\'s: "odd" #1\n- yes'
_MODELS = {
    "bart": {"weights": "facebook/bart-large-cnn", "_target_": "summbench.models.seq2seq.Seq2Seq",
             "generate": {"num_beams": 4}},
    "oracle": {"_target_": "summbench.models.oracle.Oracle"},
}  # fmt: skip
_DATASETS = {
    "cnn": {"_target_": "summbench.datasets.hub.Hub", "path": "abisee/cnn_dailymail",
            "name": "3.0.0", "split": "test", "revision": "96df5e6"},
    "mine": {"_target_": "summbench.datasets.table.Table", "path": "articles/mine.jsonl"},
}  # fmt: skip


def _entry(dataset: str, model: str, metric: str, mean: float) -> Entry:
    return Entry(
        dataset, model, metric, Estimate(mean, mean - 0.01, mean + 0.02, 9, "bca"), 1, 1, 2
    )


def _run(entries: Sequence[Entry] | None = None) -> RunData:
    places = [("cnn", "bart"), ("cnn", "oracle"), ("mine", _ODD)]
    metrics = {
        "rouge.rouge2_f": LeaderboardMetric("higher", "quality", _SIGNATURE),
        "bertscore_minilm.f": LeaderboardMetric("higher", "quality", "bertscore|v:1"),
        "copying.redundancy": LeaderboardMetric("lower", "diagnostic", "copying|v:1"),
        "length.tokens": LeaderboardMetric("neither", "diagnostic", "length|v:1"),
    }
    board = Leaderboard(
        "run", "rouge.rouge2_f", None, ["rouge.rouge2_f", "length.tokens"],
        {"cnn": DatasetInfo(9, "ab" * 32), "mine": DatasetInfo(9, "cd" * 32)},
        {"bart": "system", "oracle": "bound", _ODD: "system"}, metrics,
        [_entry(d, m, metric, 0.21125) for d, m in places for metric in metrics], [],
        [Health(d, m, 9, 1, 0, 0, 0, 0, 0, 0, 0, 50.0, 0.1, 9.0) for d, m in places],
    )  # fmt: skip
    metadata = build_metadata(
        "run",
        finished="2026-11-24T12:00:00+00:00",
        versions={"summbench": "0.1.0"},
        config={"model": _MODELS, "dataset": _DATASETS},
        models={
            "bart": ModelRecord(
                kind="system", fingerprint="ef" * 32, weights=None,
                environments=[{"versions": {"transformers": "5.23.0"}}],
            )
        },
        git=GitState(commit="12" * 20, dirty=False),
    )  # fmt: skip
    run = RunData(RunFiles(Path("results/run")), metadata)
    vars(run).update(  # as if read from its file
        leaderboard=board if entries is None else replace(board, entries=entries)
    )
    return run


def _data(text: str) -> Any:
    return ModelCard(text).data


def _results(text: str) -> list[EvalResult]:
    found = _data(text).eval_results
    assert found is not None
    return list(found)


def test_a_model_card_is_read_by_the_hubs_own_classes() -> None:
    text = export_model_index(_run())["bart/README.md"]
    assert _data(text).model_name == "facebook/bart-large-cnn"
    (result,) = _results(text)
    assert (result.task_type, result.metric_type, result.metric_name) == (
        "summarization", "rouge", "rouge.rouge2_f",
    )  # fmt: skip
    assert result.metric_value == 21.125  # points, as model cards have them
    assert (result.dataset_type, result.dataset_config, result.dataset_split) == (
        "abisee/cnn_dailymail", "3.0.0", "test",
    )  # fmt: skip
    assert result.dataset_revision == "96df5e6"
    assert result.metric_args is not None
    assert result.metric_args["signature"] == _SIGNATURE
    assert result.metric_args["interval"] == {
        "low": 20.125, "high": 23.125, "level": 0.95, "method": "bca",
    }  # fmt: skip


def test_eval_results_are_of_hub_datasets_only() -> None:
    files = export_model_index(_run())
    listed = [name for name in files if name.endswith(".yaml")]
    assert listed == ["bart/.eval_results/summbench.yaml"]
    (entry,) = parsed_entries(yaml.safe_load(files[listed[0]]))
    assert (entry.dataset_id, entry.task_id) == ("abisee/cnn_dailymail", "rouge.rouge2_f")
    assert (entry.value, entry.dataset_revision) == (21.125, "96df5e6")
    assert entry.notes is not None and "95 % interval 20.125 to 23.125 (bca)" in entry.notes


def test_a_bound_is_nobodys_system_and_an_odd_name_survives_yaml_and_paths() -> None:
    files = export_model_index(_run())
    assert not any("oracle" in name for name in (*files, *export_eval_ever(_run())))
    (odd,) = (name for name in files if not name.startswith("bart"))
    assert re.fullmatch(r"it_s_odd_1_-_yes-[0-9a-f]{8}/README\.md", odd)
    assert _data(files[odd]).model_name == _ODD


_TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
_RESULT: dict[str, Any] = {
    "type": "object",
    "required": ["evaluation_name", "source_data", "metric_config", "score_details"],
    "properties": {
        "source_data": {
            "required": ["dataset_name", "source_type"],
            "properties": {
                "source_type": {"enum": ["url", "hf_dataset", "other"]},
                "samples_number": {"type": "integer"},
                "additional_details": _TEXTS,
            },
        },
        "metric_config": {
            "required": ["lower_is_better"],
            "properties": {
                "lower_is_better": {"type": "boolean"},
                "score_type": {"const": "continuous"},
            },
            "if": {"required": ["score_type"]},
            "then": {"required": ["min_score", "max_score"]},
        },
        "score_details": {
            "required": ["score"],
            "properties": {
                "score": {"type": "number"},
                "details": _TEXTS,
                "uncertainty": {
                    "properties": {
                        "num_samples": {"type": "integer"},
                        "confidence_interval": {"required": ["lower", "upper"]},
                    }
                },
            },
        },
        "generation_config": {"properties": {"additional_details": _TEXTS}},
    },
}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": [
        "schema_version", "evaluation_id", "retrieved_timestamp", "source_metadata", "model_info",
        "eval_library", "evaluation_results",
    ],
    "properties": {
        "schema_version": {"const": "0.3.0"},
        "evaluation_id": {"type": "string"},
        "evaluation_timestamp": {"type": "string"},
        "retrieved_timestamp": {"pattern": "^[0-9]+$"},
        "source_metadata": {
            "required": ["source_type", "source_organization_name", "evaluator_relationship"],
            "properties": {
                "source_type": {"enum": ["documentation", "evaluation_run"]},
                "evaluator_relationship": {
                    "enum": ["first_party", "third_party", "collaborative", "other"]
                },
                "additional_details": _TEXTS,
            },
        },
        "eval_library": {"required": ["name", "version"]},
        "model_info": {
            "required": ["name", "id", "additional_details"],
            "properties": {
                "additional_details": {
                    **_TEXTS, "required": ["deployment_type", "model_availability"],
                },
            },
        },
        "evaluation_results": {"type": "array", "minItems": 1, "items": _RESULT},
    },
    "additionalProperties": False,
}  # fmt: skip
"""What schema 0.3.0 of Every Eval Ever asks of the fields that summbench writes."""


def _logs() -> dict[str, dict[str, Any]]:
    return {name: json.loads(text) for name, text in export_eval_ever(_run()).items()}


def test_an_evaluation_log_fits_the_schema_and_lies_where_the_datastore_wants_it() -> None:
    logs = _logs()
    assert len(logs) == 2
    for name, log in logs.items():
        Draft7Validator(_SCHEMA).validate(log)
        assert re.fullmatch(
            r"data/[^/]+/[^/]+/[^/]+/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}"
            r"-[0-9a-f]{12}\.json", name,
        )  # fmt: skip
    assert any(name.startswith("data/cnn/facebook/bart-large-cnn/") for name in logs)
    assert export_eval_ever(_run()) == export_eval_ever(_run())


def test_an_evaluation_log_has_fractions_intervals_and_origin() -> None:
    log = next(log for name, log in _logs().items() if "bart" in name)
    named = {r["metric_config"]["metric_name"]: r for r in log["evaluation_results"]}
    assert list(named) == ["rouge.rouge2_f", "bertscore_minilm.f", "copying.redundancy"]
    rouge = named["rouge.rouge2_f"]
    assert rouge["score_details"]["score"] == 0.21125
    assert rouge["score_details"]["uncertainty"]["confidence_interval"] == {
        "lower": 0.21125 - 0.01, "upper": 0.21125 + 0.02, "confidence_level": 0.95, "method": "bca",
    }  # fmt: skip
    assert rouge["source_data"]["hf_repo"] == "abisee/cnn_dailymail"
    assert rouge["metric_config"]["metric_parameters"] == {"signature": _SIGNATURE}
    assert named["copying.redundancy"]["metric_config"]["lower_is_better"] is True
    assert log["model_info"]["inference_engine"] == {"name": "transformers", "version": "5.23.0"}
    assert rouge["generation_config"]["additional_details"]["generate.num_beams"] == "4"


def test_what_is_undefined_is_left_out() -> None:
    known = _run()
    nothing = Estimate(_NAN, _NAN, _NAN, 0, "none")
    entries = [replace(entry, estimate=nothing) for entry in known.leaderboard.entries]
    empty = _run(entries)
    assert export_model_index(empty) == export_eval_ever(empty) == {}


def test_settings_become_dotted_texts() -> None:
    assert flatten({"a": {"b": [1, None]}, "c": "x", "d": True, "e": {}}) == {
        "a.b": "[1, null]", "c": "x", "d": "true", "e": "{}",
    }  # fmt: skip


@pytest.mark.slow
def test_report_exports_and_names_no_folder_of_the_machine(tmp_path: Path) -> None:
    run(tmp_path, "run", "model=[lead3]", "limit=4", "metric=[rouge]", "name=a")
    run(tmp_path, "report", "results/a", "--export", "eval-ever,model-index", "--out", "public")
    written = [path for path in (tmp_path / "public").rglob("*") if path.is_file()]
    assert {path.suffix for path in written} == {".json", ".md"}
    for path in written:
        assert str(CLONE) not in path.read_text(encoding="utf-8")
    refused = run(tmp_path, "report", "results/a", "--export", "xml", code=1).stderr
    assert "Unknown export format 'xml'; the formats are eval-ever, model-index." in " ".join(
        refused.split()
    )


def test_the_real_schema_says_the_same() -> None:
    schemas = pytest.importorskip("every_eval_ever.schema")  # needs Python 3.12
    for log in _logs().values():
        validator = Draft7Validator(schemas.schema_json("eval.schema.json"))
        assert list(validator.iter_errors(log)) == []
