"""Events: what articles say happened, and when; and the same event as several of them tell it."""

from ukrcorpus.events.find import find_events
from ukrcorpus.events.link import count_tellings, link_events
from ukrcorpus.events.naming import name_clusters

__all__ = ["count_tellings", "find_events", "link_events", "name_clusters"]
