"""`python -m ukrcorpus` is the same program as `ukrcorpus`."""

from ukrcorpus.cli import main

main()
