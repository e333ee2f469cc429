"""Runs many cases: target, PICS, plan, lanes, journal."""
