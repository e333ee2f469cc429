"""Tests of the faults, noises and latencies of the reference Central System."""
