"""The event table that every room shares: its columns and their words. Nothing comes in; `EVENT` goes out."""

from tocsin.events.schema import EVENT, REJECTED, Activity, ChannelKind, Known, Outcome, Reason

__all__ = ["EVENT", "REJECTED", "Activity", "ChannelKind", "Known", "Outcome", "Reason"]
