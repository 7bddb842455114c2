"""Campaigns to an assessment: stage per account, counts with evidence, targeting test, verdict."""
