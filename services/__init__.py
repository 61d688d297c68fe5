"""The services: one folder per team, each deployed alone, none importing another."""
