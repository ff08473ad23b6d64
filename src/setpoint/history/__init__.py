"""The record of every document: each applied content as a numbered revision, kept in one SQLite file."""
