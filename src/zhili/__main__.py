"""`python -m zhili`: the command line."""

from zhili.cli import main

if __name__ == "__main__":
    main()
