"""Tests of the simulated Charge Point."""
