"""Endpoint against a server that misbehaves, and against `transformers serve`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Prediction
from summbench.evaluation.fingerprint import compute_fingerprint
from summbench.models.endpoint import Endpoint
from tests import tiny
from tests.commands import MINE, ROWS, TABLE, jsonl, model_config, run, written
from tests.servers import Moody, moody, transformers_serve

_CANARY = "sk-canary-3f9/xyz+41"
_NODE = {
    "_target_": "summbench.models.endpoint.Endpoint",
    "base_url": "http://localhost:8000/v1",
    "model": "tiny",
    "prompt": "{article}",
}


@pytest.fixture
def server() -> Iterator[Moody]:
    with moody() as running:
        yield running


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def _endpoint(server: Moody, **changed: Any) -> Endpoint:
    own = {"base_url": server.url, "model": "tiny", "prompt": "{article}", "backoff": 0.001}
    return Endpoint(**{**own, **changed})


def _predict(server: Moody, *texts: str, **changed: Any) -> list[Prediction]:
    articles = [Article(f"a{i}", text) for i, text in enumerate(texts)]
    order = [article.id for article in articles].index
    summarise = _endpoint(server, **changed).summarise
    predictions = sorted(summarise(articles), key=lambda p: order(p.article_id))
    assert [p.article_id for p in predictions] == [a.id for a in articles]
    assert all(p.error is None or (not p.summary and p.error) for p in predictions)
    return predictions


def test_every_article_gets_its_own_answer_in_order(server: Moody) -> None:
    texts = [f"Number {i} is the one that we mean." for i in range(20)]
    predictions = _predict(server, *texts)
    assert [p.summary for p in predictions] == [f"Number {i} is the one" for i in range(20)]
    assert all((p.input_tokens, p.output_tokens) == (100, 10) for p in predictions)
    assert all(p.seconds > 0 and p.finish_reason == "stop" for p in predictions)
    assert _predict(server) == []


def test_the_request_holds_the_prompt_the_options_and_nothing_that_is_null(server: Moody) -> None:
    generate = {"top_k": 5, "temperature": None, "max_completion_tokens": 9}
    _predict(server, "News.", prompt="Sum up: {article}", system="Be brief.", generate=generate)
    [request] = server.requests
    assert 0 <= request.pop("seed") < 2**31
    assert request == {
        "model": "tiny",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Sum up: News."},
        ],
        "top_k": 5,
        "max_completion_tokens": 9,
    }


def test_without_options_it_is_greedy_and_short(server: Moody) -> None:
    _predict(server, "News.", seed=None)
    [request] = server.requests
    assert {key: request[key] for key in request if key not in {"model", "messages"}} == {
        "temperature": 0.0,
        "max_tokens": 128,
    }


@pytest.mark.parametrize(
    ("mood", "reason"),
    {
        "dead": "HTTP 503: it is dead (attempt 3, the last)",
        "cut": "the connection failed",
        "echo": "HTTP 400: what is none in the header?",
        "fastapi": 'HTTP 422: {"detail": "wrong"}',
        "moved": "HTTP 307",
        "endless": "HTTP 429: come back",
        "too long": "max_input_characters truncates it",
        "broken": "broken JSON",
        "page": "<h1>Sign in</h1>",
        "list": "no JSON object",
        "no choices": "has no choices",
        "null choices": "has no choices",
        "hidden": "upstream is gone",
        "no message": "has no text (finish_reason 'stop')",
        "null": "used up generate.max_tokens=128 before it wrote any text",
        "used up": "Raise generate.max_tokens, or turn thinking off",
        "used up too": "Raise generate.max_tokens, or turn thinking off",
        "thinks on": "Raise generate.max_tokens, or turn thinking off",
        "all thoughts": "start the server without a reasoning parser",
        "refusing part": "Not this.",
        "streams": "turn streaming off",
        "refuses": "I would rather not.",
        "filtered": "content_filter",
    }.items(),
)
def test_an_error_is_never_a_summary_and_spares_the_others(
    server: Moody, mood: str, reason: str
) -> None:
    before, failed, after = _predict(server, "One.", f"[{mood}] Two.", "Three.", retries=2)
    assert (before.summary, after.summary) == ("One.", "Three.")
    assert failed.error is not None and reason in failed.error
    assert failed.summary == ""


@pytest.mark.parametrize(
    ("mood", "attempts"),
    {"stumbles": 3, "cut once": 2, "busy": 2, "dead": 4, "cut": 4, "echo": 1, "endless": 1}.items(),
)
def test_what_may_pass_is_asked_again_and_nothing_else(
    server: Moody, mood: str, attempts: int
) -> None:
    [prediction] = _predict(server, f"[{mood}] The dam held.", retries=3)
    assert len(server.requests) == attempts
    assert all(request == server.requests[0] for request in server.requests)
    assert (prediction.error is None) == (mood in {"stumbles", "cut once", "busy"})


def test_retry_after_is_waited_for(server: Moody) -> None:
    _predict(server, "[busy] The dam held.")
    first, second = server.times
    assert second - first >= 1.0


def test_a_slow_answer_is_given_up_and_asked_for_again(server: Moody) -> None:
    [never] = _predict(server, "[slow] The dam held.", timeout=0.2, retries=1)
    assert never.error == "no answer in 0.2 seconds (attempt 2, the last)"
    start = time.perf_counter()
    [late] = _predict(server, "[slow once] The dam held.", timeout=1.0, retries=20)
    assert late.summary == "[slow once] The dam held."
    assert 0 < late.seconds <= time.perf_counter() - start - 1.0  # without the attempt before


def test_the_server_never_has_more_requests_than_allowed_and_has_them_all() -> None:
    with moody(together=3, alone=1) as server:  # it answers nobody else before three are there
        predictions = _predict(server, *(f"Number {i}." for i in range(13)), max_concurrent=3)
    assert [p.summary for p in predictions] == [f"Number {i}." for i in range(13)]
    assert server.max_concurrent == 3


def test_the_same_seed_makes_the_same_requests_whatever_the_company(server: Moody) -> None:
    def requests(*texts: str, seed: int) -> list[dict[str, Any]]:
        server.requests.clear()
        _predict(server, *texts, seed=seed)
        return sorted(server.requests, key=json.dumps)

    first = requests("One.", "Two.", seed=7)
    assert first == requests("Two.", "One.", seed=7)
    assert first == sorted(requests("One.", seed=7) + requests("Two.", seed=7), key=json.dumps)
    seeds = [request["seed"] for request in first + requests("One.", "Two.", seed=8)]
    assert len(set(seeds)) == 4


def test_the_request_key_is_the_request_and_its_server(server: Moody) -> None:
    model = _endpoint(server, system="Be brief.", seed=3, generate={"top_p": 0.5})
    list(model.summarise([Article("a", "News.")]))
    [request] = server.requests
    key = json.loads(model.get_request_key(Article("b", "News.")))
    assert key == {"server": server.url, "request": request}


def test_each_part_of_the_request_key_changed_alone_makes_another_one() -> None:
    article = Article("a", "Long news.")

    def make_key(**changed: Any) -> str:
        own = {"base_url": "http://localhost:1/v1", "model": "m", "prompt": "{article}"}
        return Endpoint(**{**own, **changed}).get_request_key(article)

    other_requests: list[dict[str, Any]] = [
        {"base_url": "http://localhost:2/v1"}, {"model": "n"}, {"prompt": "So: {article}"},
        {"system": "Be brief."}, {"generate": {"top_p": 0.5}}, {"seed": 1}, {"seed": None},
        {"max_input_characters": 4},
    ]  # fmt: skip
    keys = {make_key(**changed) for changed in other_requests}
    assert len(keys | {make_key()}) == 1 + len(other_requests)
    same_requests: list[dict[str, Any]] = [
        {"base_url": "http://localhost:1/v1/"}, {"max_concurrent": 2}, {"timeout": 9.0},
        {"retries": 0}, {"backoff": 1.0}, {"batch_size": 3}, {"key_variable": "OTHER_KEY"},
        {"price_in": 1.0, "price_out": 2.0}, {"max_input_characters": 99},
        {"max_answer_bytes": 999},
    ]  # fmt: skip
    assert {make_key(**changed) for changed in same_requests} == {make_key()}


def test_what_a_model_thought_is_kept_apart(server: Moody) -> None:
    moods = ("thinks", "reasons", "reasons too")
    predictions = _predict(server, *(f"[{mood}]" for mood in moods))
    assert [p.summary for p in predictions] == ["Fine."] * 3
    assert [p.reasoning for p in predictions] == ["Hm.", "Hm.", "Hm.\nSo."]
    assert [p.raw for p in predictions][1:] == ["Fine.", "<think>So.</think> Fine."]
    assert [p.raw_reasoning for p in predictions] == ["", "Hm.", "Hm."]


def test_content_in_parts_is_read_and_thoughts_among_them_are_kept_apart(server: Moody) -> None:
    moods = ("parts", "one part", "old", "thinking part", "reasoning part", "details")
    predictions = _predict(server, *(f"[{mood}]" for mood in moods))
    assert [p.summary for p in predictions] == ["The dam held."] * 6
    assert [p.reasoning for p in predictions] == ["", "", "", "Hm.", "Hm.", "Hm."]


def test_thinking_that_used_up_the_tokens_is_one_cause_with_one_message(server: Moody) -> None:
    moods = ("null", "used up", "used up too", "thinks on")
    errors = {p.error for p in _predict(server, *(f"[{mood}]" for mood in moods))}
    assert len(errors) == 1
    options = {"max_tokens": None, "max_completion_tokens": 9}
    [other] = _predict(server, "[used up]", generate=options)
    assert "used up generate.max_completion_tokens=9" in (other.error or "")


def test_an_empty_answer_is_an_answer_and_one_cut_off_says_so(server: Moody) -> None:
    silent, cut, odd = _predict(server, "[silent]", "[cut off]", "[surrogate]")
    assert (silent.summary, silent.error) == ("", None)
    assert (cut.summary, cut.finish_reason) == ("Half a", "length")
    assert odd.summary == "A \ufffd."


def test_a_long_article_is_cut_and_the_instruction_is_not(server: Moody) -> None:
    long, short = _predict(
        server, "abcdef", "abc", prompt="{article} Sum up.", max_input_characters=3
    )
    assert {r["messages"][0]["content"] for r in server.requests} == {"abc Sum up."}
    assert (long.input_truncated, short.input_truncated) == (True, False)


def test_settings_say_who_answered_and_what_was_used(server: Moody) -> None:
    model = _endpoint(server, price_in=2.0, price_out=30.0)
    articles = [Article("a", "One."), Article("b", "[filtered]"), Article("c", "[dead]")]
    assert len(list(model.summarise(articles))) == 3
    settings = model.get_settings()
    assert settings["model"] == "tiny"
    assert settings["answered_by"] == ["tiny-2026"]
    assert settings["system_fingerprints"] == ["fp_1"]
    assert settings["generation"] == {"temperature": 0.0, "max_tokens": 128}
    # Two counted answers, one of them filtered: 200 * 2 + 20 * 30 millionths
    tokens = {"input_tokens": 200, "output_tokens": 20}
    cost = pytest.approx(0.001)
    assert settings["usage"] == {"answers": 2, "uncounted": 0, **tokens, "cost": cost}
    assert len(list(model.summarise([Article("d", "[uncounted]")]))) == 1
    usage = {"answers": 1, "uncounted": 1, "input_tokens": 0, "output_tokens": 0, "cost": 0.0}
    assert model.get_settings()["usage"] == usage
    json.dumps(settings)


def test_a_server_that_is_of_no_use_fails_the_model(
    server: Moody, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SummbenchError, match=r"has no model 'other' .*does not exist.*/v1/models"):
        _predict(server, "One.", model="other")
    server.key = "a-key-of-its-own"
    with pytest.raises(SummbenchError, match=r"needs a key; none is in .* OPENAI_API_KEY"):
        _predict(server, "One.")
    monkeypatch.setenv("OTHER_KEY", _CANARY)
    with pytest.raises(SummbenchError, match=r"does not accept the key in .* OTHER_KEY") as raised:
        _predict(server, "One.", key_variable="OTHER_KEY")
    assert _CANARY not in str(raised.value)
    monkeypatch.setenv("OTHER_KEY", f"{server.key}\n")
    assert _predict(server, "One.", key_variable="OTHER_KEY")[0].summary == "One."


def test_a_server_that_is_not_there_is_named() -> None:
    with moody() as gone:
        pass
    with pytest.raises(SummbenchError, match=f"Nothing can be reached at {gone.url}"):
        _predict(gone, "One.", retries=1)


def test_what_was_answered_before_the_end_is_kept_and_nothing_more_is_sent(server: Moody) -> None:
    first, failed, unsent = _predict(server, "One.", "[revoked]", "Three.", max_concurrent=1)
    assert first.summary == "One."
    assert failed.error == unsent.error
    assert "the key was revoked" in (failed.error or "")
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"base_url": "localhost:8000"}, "is no address"),
        ({"base_url": "http://me:secret@localhost/v1"}, "has a user or a password"),
        ({"prompt": "Sum up."}, "it must have it once"),
        ({"generate": {"stream": True}}, "generate has 'stream'"),
        ({"price_in": 1.0}, "give both or neither"),
        ({"max_concurrent": 0}, "max_concurrent is 0; it must be at least 1"),
    ],
)
def test_a_mistake_is_refused_before_anything_is_sent(
    changed: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(SummbenchError, match=sentence) as raised:
        Endpoint(**{"base_url": "http://[::1]/v1", "model": "m", "prompt": "{article}", **changed})
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "address", ["https://api.example.org/v1", "http://127.0.0.1.example.org/v1"]
)
def test_offline_a_server_on_the_network_is_unavailable_and_never_asked(address: str) -> None:
    model = Endpoint(address, "m", "{article}", offline=True)
    with pytest.raises(SummbenchError, match="only a server on this machine"):
        model.check_available()
    with pytest.raises(SummbenchError, match="only a server on this machine"):
        list(model.summarise([Article("a", "One.")]))


def test_a_proxy_is_not_asked_for_this_machine(
    server: Moody, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://192.0.2.1:9")
    assert _predict(server, "One.")[0].summary == "One."


def test_only_what_can_change_an_output_is_in_the_fingerprint() -> None:
    def compute(**changed: object) -> str:
        return compute_fingerprint("endpoint", {**_NODE, **changed})

    inert: dict[str, Any] = {"max_concurrent": 2, "timeout": 9.0, "retries": 0, "backoff": 1.0}
    inert |= {"max_answer_bytes": 9}
    inert |= {"batch_size": 3, "key_variable": "OTHER_KEY", "price_in": 1.0, "price_out": 2.0}
    assert compute(**inert) == compute()
    changes: dict[str, Any] = {
        "base_url": "http://localhost:8001/v1",
        "model": "b",
        "prompt": "So: {article}",
    }
    changes |= {"system": "Be brief.", "generate": {"top_p": 0.5}, "seed": 1}
    changes |= {"max_input_characters": 9}
    fingerprints = {compute(**{key: value}) for key, value in changes.items()}
    assert len(fingerprints | {compute()}) == 1 + len(changes)


def test_a_key_without_effect_here_may_have_one_elsewhere() -> None:
    node = {"_target_": "summbench.models.lead.Lead", "sentences": 3}
    assert compute_fingerprint("lead", {**node, "timeout": 9.0}) != compute_fingerprint(
        "lead", node
    )


@pytest.mark.slow
def test_a_run_says_what_it_used_and_a_second_one_asks_nothing(
    server: Moody, tmp_path: Path
) -> None:
    jsonl(tmp_path / "news.jsonl")
    node = {key: value for key, value in _NODE.items() if key != "_target_"}
    keys = {**node, "base_url": server.url, "retries": 5, "price_in": 1.0, "price_out": 1.0}
    model_config(tmp_path, "tiny", _NODE["_target_"], **keys)
    command = ("run", *MINE, *TABLE, "model=[tiny]")
    run(tmp_path, *command)
    assert len(server.requests) == len(ROWS)
    described = written(tmp_path, "run.json")["models"]["tiny"]
    usage = {"answers": 3, "uncounted": 0, "input_tokens": 300, "output_tokens": 30}
    assert described["usage"] == {**usage, "cost": pytest.approx(330e-6)}
    [environment] = described["environments"]
    assert environment["settings"]["answered_by"] == ["tiny-2026"]
    assert "usage" not in environment["settings"]
    first = written(tmp_path, "leaderboard.json")

    run(tmp_path, *command, "model.tiny.retries=1", "model.tiny.price_in=9", "overwrite=true")
    assert len(server.requests) == len(ROWS)
    assert written(tmp_path, "leaderboard.json") == first
    assert "usage" not in written(tmp_path, "run.json")["models"]["tiny"]


@pytest.mark.slow
def test_the_key_is_nowhere_but_in_the_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", _CANARY)
    moods = ["[echo]", "[broken]", "[repeats]", "The dam held."]
    rows = [{"id": m, "document": m, "references": ["Fine."]} for m in moods]
    jsonl(tmp_path / "news.jsonl", rows)
    with moody(key=_CANARY) as server:
        node = {key: value for key, value in _NODE.items() if key != "_target_"}
        model_config(tmp_path, "tiny", _NODE["_target_"], **{**node, "base_url": server.url})
        process = run(tmp_path, "run", *MINE, *TABLE, "model=[tiny]", code=1)
    assert len(server.requests) == 4  # none of them was refused: the key was sent
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    tables = [repr(pq.read_table(f).to_pylist()) for f in files if f.suffix == ".parquet"]
    texts = [f.read_bytes().decode("utf-8", "replace") for f in files]
    assert any("Your key is [key]." in table for table in tables)
    assert any("HTTP 400: what is [key] in the header?" in table for table in tables)
    for output in (process.stdout, process.stderr, *texts, *tables):
        assert _CANARY not in output
        assert "sk-canary" not in output


@pytest.mark.slow
def test_offline_leaves_the_network_alone_before_anything_is_computed(tmp_path: Path) -> None:
    overrides = ("model.endpoint.base_url=https://api.example.org/v1", "model.endpoint.model=m")
    process = run(tmp_path, "run", "model=[lead3,endpoint]", *overrides, "offline=true", code=1)
    assert "which may not be used (offline=true" in " ".join(process.stderr.split())
    assert not list(tmp_path.rglob("*.parquet"))


@pytest.mark.slow
def test_list_and_doctor_say_what_is_to_be_given(tmp_path: Path) -> None:
    listed = " ".join(run(tmp_path, "list", "models").stdout.split())
    assert "give base_url; give model" in listed
    assert "a server at http://localhost:11434/v1" in listed
    assert "give base_url; give model: endpoint" in run(tmp_path, "doctor").stdout


@pytest.mark.slow
@pytest.mark.model
def test_transformers_serve_says_what_the_same_checkpoint_says_in_process(tmp_path: Path) -> None:
    checkpoint = tiny.checkpoint(tmp_path, "llama")
    prompt = str(tiny.config("llama")["prompt"])
    articles = tiny.ARTICLES[:4]
    own: dict[str, Any] = {
        "model": str(checkpoint),
        "prompt": prompt,
        "generate": {"max_tokens": 14},
    }
    with transformers_serve(checkpoint, tmp_path / "log") as url:
        by_id = {
            p.article_id: p
            for p in Endpoint(base_url=url, **own, max_concurrent=2).summarise(articles)
        }
        served = [by_id[article.id] for article in articles]
        with pytest.raises(SummbenchError, match=r"has no model .*HTTP 404"):
            list(Endpoint(base_url=f"{url}/wrong", **own).summarise(articles))
    expected = tiny.summarise(tiny.summariser(checkpoint, "llama"), articles)
    assert [p.summary for p in served] == [p.summary for p in expected]
    assert [p.input_tokens for p in served] == [p.input_tokens for p in expected]
    assert all(p.error is None and p.output_tokens for p in served)
