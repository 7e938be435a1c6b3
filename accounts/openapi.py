"""How the schema describes our logins."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A bearer token, or the cookie that a browser holds."""

    target_class = "accounts.authentication.TokenAuthentication"
    name = ["bearer", "cookie"]

    def get_security_requirement(self, auto_schema: object) -> list[dict[str, list[str]]]:
        """Either will do; the default would ask for both."""
        return [{"bearer": []}, {"cookie": []}]

    def get_security_definition(self, auto_schema: object) -> list[dict[str, str]]:
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            {"type": "apiKey", "in": "cookie", "name": "access_token"},
        ]
