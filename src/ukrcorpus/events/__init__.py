"""Events: what articles say happened, and when; and the same event as several of them tell it."""

from ukrcorpus.events.find import find_events
from ukrcorpus.events.link import link_events

__all__ = ["find_events", "link_events"]
