# Two commands on a fresh machine with Python 3.11-3.13, pip and make: make quickstart, make test
PYTHON ?= python3
PIP = .venv/bin/python -m pip --disable-pip-version-check --quiet install
LOCKED = $(PIP) --require-hashes --no-deps -r locks# every file has the hash that .ci/lock wrote down

.PHONY: quickstart test test-fast check gate wheel trackers lowest release bench docs locks clean

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

# W&B and Trackio, apart from .venv, as Trackio wants an older pillow.
trackers: .venv-trackers/ready
	HF_HUB_OFFLINE=1 .venv-trackers/bin/python -m pytest -q tests/report/test_wandb.py tests/report/test_trackio.py

# The oldest versions that pyproject.toml allows of what it names, and the tests that need no more than that.
lowest: .venv-lowest/ready
	HF_HUB_OFFLINE=1 .venv-lowest/bin/python -m pytest -q -n 2 -m "not slow and not model and not browser and not cluster and not tex" \
	  tests/stats tests/gate tests/leaderboard tests/store tests/perturbations

# A dry run of a release: wheel and sdist, built, checked, and tried on each Python that is here.
release:
	.ci/release

# What whole commands take, beside other packages, into tests/README.md; an hour of an idle machine.
bench: .venv-peers/ready
	.venv-peers/bin/python -m tests.performance --write

# The documentation site, into build/docs/site; a warning or a broken link is an error.
docs: .venv-docs/ready
	.venv-docs/bin/python docs/build.py

# After a change of constraints.txt or of the dependencies in pyproject.toml; both are committed.
locks: .venv/ready-to-test
	.ci/lock
	.venv/bin/python -m tests.licences --write

clean:
	rm -rf .venv .venv-peers .venv-docs .venv-trackers .venv-lowest node_modules build dist results/store

# After the locks only torch is missing: it is pinned and has no hash, as an index or a folder of wheels may serve
# the build for CPUs (2.13.0+cpu), whose files are other than those of 2.13.0 on PyPI.
.venv/ready: pyproject.toml constraints.txt locks/quickstart.txt locks/weights.txt
	@echo "Setting up .venv: about 1.7 GB and a few minutes, once."
	$(PYTHON) -m venv .venv
	$(LOCKED)/quickstart.txt
	$(PIP) --no-build-isolation -c constraints.txt -e '.[torch]'
	$(LOCKED)/weights.txt
	@touch $@

.venv/ready-to-test: .venv/ready locks/test.txt
	$(LOCKED)/test.txt
	$(PIP) --no-build-isolation -c constraints.txt -e '.[torch,ray,launchers,ner,dev]'
	@touch $@

# Apart from .venv, whose packages the other harnesses would change; inspect-ai wants older versions of these two.
.venv-peers/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-peers
	grep -v -e '^fsspec=' -e '^python-dateutil=' constraints.txt > .venv-peers/constraints.txt
	.venv-peers/bin/python -m pip --disable-pip-version-check --quiet install -c .venv-peers/constraints.txt -e '.[peers]'
	@touch $@

.venv-docs/ready: constraints.txt
	$(PYTHON) -m venv .venv-docs
	.venv-docs/bin/python -m pip --disable-pip-version-check --quiet install -c constraints.txt zensical
	@touch $@

.venv-trackers/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-trackers
	grep -v -e '^pillow=' constraints.txt > .venv-trackers/constraints.txt
	.venv-trackers/bin/python -m pip --disable-pip-version-check --quiet install -c .venv-trackers/constraints.txt \
	  -e '.[wandb,trackio]' pytest hypothesis
	@touch $@

.venv-lowest/ready: pyproject.toml
	$(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip --disable-pip-version-check --quiet install 'uv>=0.9'
	.venv-lowest/bin/uv --quiet pip install --python .venv-lowest --resolution lowest-direct -e . \
	  'pytest>=8.4' 'pytest-xdist>=3.6' 'hypothesis>=6.130' 'jsonschema>=4.23'
	@touch $@

# eslint and TypeScript for the scripts of the HTML report; nothing of it is in the wheel.
node_modules/ready: package.json package-lock.json
	npm ci --silent --no-audit --no-fund
	@touch $@
