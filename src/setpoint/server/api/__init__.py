"""The HTTP API below ``/api/v1``: thin handlers, each of which asks the desk and answers with what it says.

Nothing here asks who may do what: the gate does before a handler is called, and the desk for every document.
"""

from __future__ import annotations

from . import access, documents, history, inspecting, migrations, monitoring, transactions, values

ROUTES = (
    *documents.ROUTES,
    *values.ROUTES,
    *inspecting.ROUTES,
    *history.ROUTES,
    *migrations.ROUTES,
    *transactions.ROUTES,
    *monitoring.ROUTES,
    *access.ROUTES,
)
