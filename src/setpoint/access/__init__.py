"""Who may do what: roles, grants over documents, principals, and the tokens that make somebody one."""

from .grant import Grant
from .principal import Principal
from .role import ROLES, VERBS
from .token import Token
from .token_book import TokenBook

__all__ = ["ROLES", "VERBS", "Grant", "Principal", "Token", "TokenBook"]
