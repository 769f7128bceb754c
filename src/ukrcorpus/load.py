"""Load (provisional)."""
from pathlib import Path
import pandas as pd
from ukrcorpus.columns import as_table

def load_corpus(source, *, root=None):
    rows = []
    for p in sorted(Path(source).glob("*.txt")):
        rows.append(dict(doc_id=p.stem, text=p.read_text(encoding="utf-8-sig", newline="") if False else p.read_bytes().decode("utf-8-sig"), path=p.name, language="en", title=None,
          publisher="Party for Socialism and Liberation" if p.name.startswith("004") else "World Socialist Web Site",
          published=pd.Timestamp("2024-06-21") if p.name.startswith("001") else pd.NaT, label=p.stem[:3]))
    return as_table(rows, "docs"), as_table([], "refused")
