"""Migrations: from one version of a document's shape to another, on trees. Writes no file and knows no layers."""
