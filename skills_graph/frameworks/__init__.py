"""Frameworks as documents, and the rules that definitions must satisfy. Pure: no database."""
