#!/bin/sh
# The regression gate for any CI system: runs, compares with the baseline, writes the reports, and
# exits with the gate's code. POSIX shell; needs summbench on the PATH and nothing else.
#
#   GATE_EXPERIMENT=ci GATE_BASELINE=results/baseline sh gate.sh
#
# GATE_NAME        of several gates: its results folder, title and comment; default: summbench
# GATE_EXPERIMENT  a file of configs/experiment, without .yaml; default: none
# GATE_CONFIG_DIR  a folder with YAML of your own; default: none
# GATE_ALLOW_CODE  packages that YAML may name code of, one a line
# GATE_PYTHON_PATH the folder that has these packages; default: the current one
# GATE_OVERRIDES   more of what summbench run takes, one a line
# GATE_BASELINE    what summbench report RUN --baseline FOLDER wrote; default: results/baseline
# GATE_MARGINS     METRIC=LOSS, one a line; default: those of the baseline
# GATE_STRICT      true: inconclusive fails too, with code 4
# GATE_HISTORY     a .jsonl file to which the run is added, and a page made of it; default: none
# GATE_REPORT_URL  where the reports can be read, for the comment
# GATE_OUT         the folder for the reports; default: gate-report/NAME
#
# Exit codes: 0 pass, improved or inconclusive; 1 an error; 2 not comparable; 3 regressed;
# 4 inconclusive, if strict.
set -euf

name=${GATE_NAME:-summbench}
out=${GATE_OUT:-gate-report/$name}
results=results/$name
newline='
'

fail() {
  echo "gate.sh: $1" >&2
  exit 1
}

case $name in
  *[!A-Za-z0-9_.-]* | [.-]* | *- | *--*)
    fail "GATE_NAME=$name: a name has letters, digits, _ and ., with single - between them."
    ;;
esac
command -v summbench >/dev/null || fail "summbench is not on the PATH; pip install summbench"

# What the reports say if there is no verdict; a comment with an old one would mislead.
report_error() {
  {
    echo "<!-- summbench gate: $name -->"
    echo "## Gate $name: error"
    echo
    echo "**Nothing was judged: \`summbench $1\` ended with exit code $2.** The job's log says why."
    if [ -n "${GATE_REPORT_URL:-}" ]; then
      echo
      echo "[The job]($GATE_REPORT_URL)"
    fi
  } >"$out/comment.md"
  echo error >"$out/verdict"
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    sed 1d "$out/comment.md" >>"$GITHUB_STEP_SUMMARY"
  fi
  exit "$2"
}

mkdir -p "$out"
set -f
IFS=$newline
# Reports of the last run on this machine are no reports of this one.
rm -f "$results/run.json" "$out/verdict" "$out/comment.md" "$out/gate.json" "$out/junit.xml" \
  "$out/code-quality.json" "$out/index.html" "$out/history.html" "$out/history.json"

set --
if [ -n "${GATE_CONFIG_DIR:-}" ]; then set -- "$@" --config-dir "$GATE_CONFIG_DIR"; fi
if [ -n "${GATE_ALLOW_CODE:-}" ]; then
  PYTHONPATH=${GATE_PYTHON_PATH:-.}${PYTHONPATH:+:$PYTHONPATH}
  export PYTHONPATH
fi
for package in ${GATE_ALLOW_CODE:-}; do set -- "$@" --allow-code "$package"; done
if [ -n "${GATE_EXPERIMENT:-}" ]; then set -- "$@" "experiment=$GATE_EXPERIMENT"; fi
for override in ${GATE_OVERRIDES:-}; do set -- "$@" "$override"; done
if [ -n "${GATE_HISTORY:-}" ]; then set -- "$@" "history=$GATE_HISTORY"; fi

run_code=0
summbench run "$@" "name='$name'" results=results overwrite=true || run_code=$?
# A run in which articles failed has results, which the gate judges.
if [ ! -f "$results/run.json" ]; then report_error run "$run_code"; fi

set --
for margin in ${GATE_MARGINS:-}; do set -- "$@" --margin "$margin"; done
if [ "${GATE_STRICT:-false}" = true ]; then set -- "$@" --strict; fi
if [ -n "${GATE_REPORT_URL:-}" ]; then set -- "$@" --report-url "$GATE_REPORT_URL"; fi
code=0
summbench compare "${GATE_BASELINE:-results/baseline}" "$results" "$@" --name "$name" \
  --comment "$out/comment.md" --html "$out/index.html" --json "$out/gate.json" \
  --junit "$out/junit.xml" --code-quality "$out/code-quality.json" || code=$?
if [ ! -f "$out/gate.json" ]; then report_error compare "$code"; fi

# The trend is shown, and judges nothing here.
if [ -n "${GATE_HISTORY:-}" ]; then
  summbench history "$GATE_HISTORY" --html "$out/history.html" --json "$out/history.json" ||
    [ $? -gt 1 ] || echo "gate.sh: there is no page of the history $GATE_HISTORY, see above" >&2
fi

sed -n 's/^ "verdict": "\(.*\)",$/\1/p' "$out/gate.json" >"$out/verdict"
if [ "$code" = 0 ]; then code=$run_code; fi
exit "$code"
