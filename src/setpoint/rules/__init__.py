"""Checks over several documents: plain functions, registered on a system."""
