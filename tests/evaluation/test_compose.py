"""Configs composed in Python are those that Hydra composes on the command line."""

from __future__ import annotations

from typing import Any

import pytest
from hydra import compose as compose_with_hydra
from hydra import initialize_config_dir

from summbench.cli.hydra import register
from summbench.core.errors import SummbenchError
from summbench.core.resources import get_resource_path
from summbench.evaluation.compose import compose, list_shipped, load_shipped
from summbench.evaluation.config import RunConfig, to_run_config


def _compose_with_hydra(*overrides: str) -> RunConfig:
    register()
    with initialize_config_dir(str(get_resource_path("configs")), version_base="1.3"):
        return to_run_config(compose_with_hydra("bench", list(overrides)))


@pytest.mark.parametrize("experiment", list_shipped("experiment"))
def test_an_experiment_is_what_hydra_makes_of_it(experiment: str) -> None:
    node = {**load_shipped("dataset", "texts"), "path": "a.txt"}
    nodes = {"dataset": {"texts": node}} if experiment == "article" else {}
    overrides = ["dataset=[texts]", "dataset.texts.path=a.txt"] if nodes else []
    expected = _compose_with_hydra(f"experiment={experiment}", *overrides)
    config = compose(nodes, {}, experiment)
    assert config == expected
    assert list(config.model) == list(expected.model)
    assert list(config.metric) == list(expected.metric)


def test_without_an_experiment_it_is_the_primary_file() -> None:
    assert compose({}, {}) == _compose_with_hydra()
    assert compose({}, {"limit": 3, "seed": 7}) == _compose_with_hydra("limit=3", "seed=7")


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"limt": 3}, "There is no key 'limt'. Did you mean 'limit'?"),
        ({"limit": "abc"}, "limit is abc; expected a whole number or null."),
        ({"limit": 0}, "limit=0 leaves no article"),
        ({"max_summary_characters": 0}, "=0 is no length of a summary; expected 1 to 10000000."),
        ({"max_summary_characters": -5}, "=-5 is no length of a summary"),
        ({"max_summary_characters": 10**8}, "=100000000 is no length of a summary"),
        ({"max_summary_characters": 1.5}, " is 1.5; expected a whole number."),
        ({"max_summary_characters": True}, " is True; expected a whole number."),
        ({"columns": "rouge"}, "columns is of another type; expected a list, each item a string."),
    ],
)
def test_a_wrong_key_is_one_sentence(keys: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SummbenchError) as raised:
        compose({}, keys)
    assert sentence in str(raised.value)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(SummbenchError, match=r"no experiment 'xsun'. Did you mean 'xsum'"):
        compose({}, {}, "xsun")
    with pytest.raises(SummbenchError, match=r"There is no model 'led3'. Did you mean 'lead3'"):
        load_shipped("model", "led3")


def test_a_python_object_stays_the_same_object_at_its_place() -> None:
    thing = object()
    nodes = {
        "model": {
            "a": load_shipped("model", "lead3"),
            "mine": {"_target_": "x.Y", "_object_": thing},
            "z": load_shipped("model", "lead1"),
        }
    }
    config = compose(nodes, {})
    assert list(config.model) == ["a", "mine", "z"]
    assert config.model["mine"]["_object_"] is thing
