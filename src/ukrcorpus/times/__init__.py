"""Time expressions: where they stand, and when it is that they mean."""

from ukrcorpus.times.find import find_times
from ukrcorpus.times.periods import label_times
from ukrcorpus.times.stated import parse_date

__all__ = ["find_times", "label_times", "parse_date"]
