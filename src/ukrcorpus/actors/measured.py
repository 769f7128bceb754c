"""How often what the finders about actors give was found right, and how much of it they find."""

import pandas as pd

from ukrcorpus.packaged import read_rows


def read_measured() -> pd.DataFrame:
    """Read the scores of the finders on 200 labelled sentences, as `ukrcorpus bench actors` gave them.

    Returns:
        A row a finder (evaluations, actions, attributions): `sentences`, `found`, `right`, `gold` (units), `precision`
        and `recall` in per cent, each with its 95 % interval (`_low`, `_high`; Wilson 1927, JASA 22). The head of
        `data/measured_actors.csv` says what a unit is.

    Example:
        >>> read_measured()[["finder", "sentences"]].values.tolist()
        [['evaluations', 200], ['actions', 200], ['attributions', 200]]

    """
    kinds = dict.fromkeys(("sentences", "found", "right", "gold"), "int64") | {"finder": "str"}
    table = read_rows("measured_actors.csv")
    return table.astype({name: kinds.get(name, "float64") for name in table.columns})
