"""Who did or tried what: entries that are chained, durable, and never trimmed."""

from .audit_trail import AuditTrail
from .entry import ACTIONS, OUTCOMES, AuditEntry

__all__ = ["ACTIONS", "OUTCOMES", "AuditEntry", "AuditTrail"]
