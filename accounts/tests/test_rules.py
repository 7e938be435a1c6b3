"""Pure functions; no database."""

from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts import rules
from accounts.validators import validate_picture, validate_timezone, validate_username

ACCOUNT = UUID("01234567-89ab-cdef-0123-456789abcdef")


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ann", "ann"), ("Ärger", "ÄRGER"), ("straße", "STRASSE"), ("ﬁsh", "FISH"), ("\uff21nn", "ann"), (" ann ", "ann")],
)
def test_names_that_differ_in_case_or_width_share_a_key(one: str, other: str) -> None:
    assert rules.username_key(one) == rules.username_key(other)


@given(st.text(max_size=100))
def test_normalising_a_name_twice_changes_nothing_more(text: str) -> None:
    once = rules.normalise_username(text)
    assert rules.normalise_username(once) == once


@given(st.text(min_size=3, max_size=100))
def test_a_name_that_is_accepted_has_a_key_that_fits_its_column(text: str) -> None:
    name = rules.normalise_username(text)
    if rules.complaint_about_username(name) is None:
        assert 0 < len(rules.username_key(name)) <= 400


@pytest.mark.parametrize("name", ["ab", "x" * 101, "ann@home", "an\x00n", "a\u200bnn", "an\ud800n", "", "a\nbc"])
def test_names_that_are_refused(name: str) -> None:
    assert rules.complaint_about_username(name) is not None


@pytest.mark.parametrize("name", ["ann", "Ann B.", "日本語", "🦆🦆🦆", "x" * 100])
def test_names_that_are_accepted(name: str) -> None:
    assert rules.complaint_about_username(name) is None


@given(st.emails())
def test_a_made_name_is_always_acceptable_and_the_last_is_unique(email: str) -> None:
    names = list(rules.usernames_for(email, uuid4()))
    assert all(rules.complaint_about_username(name) is None for name in names)
    assert names[-1] not in rules.usernames_for(email, uuid4())


@pytest.mark.parametrize(
    ("email", "first"),
    [
        ("jane.doe@example.org", "jane.doe"),
        ("jane+games@example.org", "jane"),
        ("jo@example.org", "jo-012345"),
        ('"@"@example.org', "player"),
    ],
)
def test_a_name_is_made_from_the_address(email: str, first: str) -> None:
    assert next(rules.usernames_for(email, ACCOUNT)) == first


@pytest.mark.parametrize(
    ("if_match", "version", "matches"),
    [
        (None, 7, True),
        ('"7"', 7, True),
        ("7", 7, True),
        ('W/"7"', 7, True),
        ('"6", "7"', 7, True),
        ('"6"', 7, False),
        ("*", 7, True),
        ("*", rules.NOTHING_SAVED, False),
        ('"0"', rules.NOTHING_SAVED, True),
        ("", 7, False),
        ("seven", 7, False),
        ("9" * 5000, 7, False),
    ],
)
def test_if_match(if_match: str | None, version: int, matches: bool) -> None:
    assert rules.version_matches(if_match, version) is matches


@given(st.text(), st.integers(0, 10**18))
def test_if_match_copes_with_anything(if_match: str, version: int) -> None:
    assert rules.version_matches(if_match, version) in {True, False}


@pytest.mark.parametrize(
    ("address", "bucket"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("unix:", "unix:"),
    ],
)
def test_an_address_counts_by_the_network_a_customer_has(address: str, bucket: str) -> None:
    assert rules.address_bucket(address) == bucket


def test_passwords_are_as_long_in_the_admin_as_over_rest() -> None:
    assert settings.AUTH_PASSWORD_VALIDATORS[0]["OPTIONS"] == {"min_length": rules.PASSWORD_MIN}


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Pacific/Chatham"])
def test_time_zones_that_exist(zone: str) -> None:
    validate_timezone(zone)


@pytest.mark.parametrize("zone", ["", "Mars/Phobos", "utc ", "../../etc/passwd", "localtime", "a\x00b", "\ud800"])
def test_time_zones_that_do_not(zone: str) -> None:
    with pytest.raises(ValidationError):
        validate_timezone(zone)


@pytest.mark.parametrize(
    "picture", ["https://example.org/me.png", "/assets/npc/1.png", "data:image/png;base64,iVBORw0KGgo="]
)
def test_pictures_that_are_shown(picture: str) -> None:
    validate_picture(picture)


@pytest.mark.parametrize(
    "picture",
    [
        "javascript:alert(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "data:image/svg+xml;base64,PHN2Zz4=",
        "//evil.example.org/x",
        "http://[::1",
        "https://",
        "https://example.org/\n",
        "/" + "x" * 70_000,
        "me.png",
    ],
)
def test_pictures_that_are_not(picture: str) -> None:
    with pytest.raises(ValidationError):
        validate_picture(picture)


def test_the_validator_of_names_judges_what_would_be_stored() -> None:
    validate_username("  ann  ")
    with pytest.raises(ValidationError):
        validate_username("  a  ")
