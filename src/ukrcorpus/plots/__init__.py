"""Charts, one module an analysis; nothing is computed here that a table would not show."""
