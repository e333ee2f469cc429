"""Tests of the wire: frames, conversations, payloads."""
