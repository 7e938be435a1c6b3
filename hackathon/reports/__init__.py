"""A hackathon as a document: pure functions from what the selectors read to PDF and CSV."""
