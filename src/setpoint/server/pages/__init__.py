"""The dashboard: pages made on the server, one module each, that work without a script but for the live feed."""

from __future__ import annotations

from . import (
    alerts,
    assets,
    audit,
    charts,
    document,
    documents,
    edit,
    history,
    migrations,
    overview,
    revision,
    sign_in,
)
from .view import problem_page

__all__ = ["ROUTES", "problem_page"]

ROUTES = (
    *overview.ROUTES,
    *documents.ROUTES,
    *document.ROUTES,
    *edit.ROUTES,
    *history.ROUTES,
    *revision.ROUTES,
    *migrations.ROUTES,
    *charts.ROUTES,
    *alerts.ROUTES,
    *audit.ROUTES,
    *sign_in.ROUTES,
    *assets.ROUTES,
)
