"""Several runs, baselines and bundles made into one run, compared anew."""
