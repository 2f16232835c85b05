"""Instruction videos."""
