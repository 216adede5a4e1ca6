"""The layouts that have a name, for help that must not load them."""

LAYOUT_NAMES = (
    "table",  # rows with named columns
    "lines",  # one text a line
    "texts",  # a folder with one file a text
    "huggingface",  # generated_predictions.txt
    "fairseq",  # generate-test.txt with S-, T-, H- and D- lines
    "cnndm",  # a folder of .story files with @highlight
    "xsum",  # a folder of .data or .summary files
    "lm-eval",  # samples_*.jsonl of lm-evaluation-harness
    "inspect",  # a log of Inspect, .json or .eval
    "helm",  # scenario_state.json of HELM
    "llama-factory",  # generated_predictions.jsonl
    "vectara",  # leaderboard_summaries.csv: source, summary, model
)
