"""`python -m bench` is `summbench`."""

from bench.cli import main

if __name__ == "__main__":
    main()
