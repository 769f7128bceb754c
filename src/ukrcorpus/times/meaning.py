"""What each rule means: from the words it found to a value that still lacks its anchor."""

from collections.abc import Callable, Iterator

from ukrcorpus.times import dates, days, seasons, units
from ukrcorpus.times.grammar import Match
from ukrcorpus.times.reading import Reading

MEANINGS: dict[str, Callable[[Match], Iterator[Reading]]] = {
    **dates.MEANINGS,
    **seasons.MEANINGS,
    **days.MEANINGS,
    **units.MEANINGS,
}
"""What the data files may write after `means`; "nothing", the guard, has no meaning."""


def read(match: Match) -> list[Reading]:
    """All readings of a match: mostly one, several for a list, none where the words make no sense ("31 June")."""
    try:
        return [r for r in MEANINGS[match.rule.means](match) if r is not None]
    except (ValueError, OverflowError):
        return []
