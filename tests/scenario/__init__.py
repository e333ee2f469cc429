"""Tests of csms_harness.scenario."""
