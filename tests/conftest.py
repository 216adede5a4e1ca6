"""No test asks the hub, none fills the user's caches, and none fights another for the cores."""

import os
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HOME"] = tempfile.mkdtemp(prefix="summbench-tests-")
os.environ["MPLCONFIGDIR"] = os.environ["HF_HOME"]  # bert-score imports matplotlib
os.environ["OMP_NUM_THREADS"] = "1"  # two torch processes of two threads are ten times as slow
