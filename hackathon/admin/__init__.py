"""Django admin for Tommy, split by the nouns of the other rooms; importing this package registers it all.

Games and the world's clock are steered by actions, and events are set off, through the services that everybody uses.
All other rows are looked at only: those of running games change under a lock that a form cannot take.
"""

from hackathon.admin import announcements, games, housing, people, projects, receipts, records, requests

__all__ = ["announcements", "games", "housing", "people", "projects", "receipts", "records", "requests"]
