"""Tests of the reference Central System, over real frames on loopback."""
