"""A language model as judge: what it is asked, what is read in its replies, and the scores."""
