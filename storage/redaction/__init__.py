"""Replaces keys, e-mail addresses, card and phone numbers and IBANs in texts by their kinds, and counts them."""

from storage.redaction.deep import Redactor
from storage.redaction.edits import Kind, Redacted
from storage.redaction.text import redacted

__all__ = ["Kind", "Redacted", "Redactor", "redacted"]
