"""Coding by hand: what is drawn for it, the sheet, agreement of coders, and shares corrected by it."""
