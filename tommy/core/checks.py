"""What must hold before a process serves: the content is whole."""

from typing import Any

from django.core.checks import Error, register

from tommy.core.content import BadContent, content


@register("content")
def content_is_valid(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Every content file in force passes its model and all cross-file checks."""
    try:
        content.read()
    except BadContent as error:
        return [Error(str(problem), id="content.E001", obj=problem.file) for problem in error.problems]
    return []
