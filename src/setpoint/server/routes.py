"""``ROUTES``: every route there is, from the rooms that have some. Nothing answers that is not in here."""

from __future__ import annotations

from . import api, pages, probes, watch

ROUTES = (*api.ROUTES, *watch.ROUTES, *pages.ROUTES, *probes.ROUTES)
