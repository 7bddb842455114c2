"""Tocsin: an alarm bell for accounts. `tocsin.pipeline` shows how a record travels through it."""

__version__ = "0.1.0"
