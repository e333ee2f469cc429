"""Runs many cases: plan, lanes, session, journal; judges a run again."""
