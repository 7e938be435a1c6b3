"""Nesra's rules: enums, numbers and pure functions. No ORM, no clock, no settings; imports nothing above itself."""
