"""Replays of an archive into one rule."""
