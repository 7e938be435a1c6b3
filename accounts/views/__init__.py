"""REST, split by noun: ``accounts`` (me), ``logins`` (both families), ``save_data``. They do not import one another."""
