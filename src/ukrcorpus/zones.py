"""Zones of an article (provisional)."""
import re
import pandas as pd
from ukrcorpus.spans import each_article
from ukrcorpus.columns import as_table

def find_zones(docs: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for doc_id, text in each_article(docs):
        for n, m in enumerate(re.finditer(r"\S[^\n]*\S|\S", text)):
            label = "title" if n == 0 and len(m[0].split()) < 15 else "paragraph"
            if len(m[0].split()) < 6 and label == "paragraph":
                label = "navigation"
            rows.append(dict(doc_id=doc_id, start=m.start(), end=m.end(), surface=m[0], label=label, zone=label, rule="line", score=1.0, paragraph_id=n if label == "paragraph" else -1))
    return as_table(rows, "zones")
