"""``If-Match``: does the client mean the version that is there?"""


def tag_matches(if_match: str | None, version: str) -> bool:
    """Whether an ``If-Match`` header allows replacing ``version``, an ETag without its quotes. No header allows it."""
    if if_match is None:
        return True
    return any(tag.strip() in {"*", f'"{version}"'} for tag in if_match.split(","))
