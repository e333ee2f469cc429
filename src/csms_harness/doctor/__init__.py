"""Examines a target before a run, and provisions it."""
