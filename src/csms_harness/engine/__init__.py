"""Runs one test case. Pure: events in, effects out; time is an input."""
