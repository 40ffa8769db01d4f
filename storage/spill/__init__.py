"""Rows that the database refuses, kept in a bounded file on another path until it takes them again."""
