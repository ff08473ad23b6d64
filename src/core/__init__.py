"""The documented import paths, for programs that run from a checkout of this project."""
