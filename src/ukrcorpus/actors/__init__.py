"""Actors: which words evaluate them, whom they act on, what they are held responsible for."""
