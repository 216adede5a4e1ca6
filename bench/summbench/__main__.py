"""`python -m summbench` is `summbench`."""

from summbench.cli import main

if __name__ == "__main__":
    main()
