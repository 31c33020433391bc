"""The build hook: compiles every gettext catalogue, so that a wheel speaks each language."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogues(root: Path) -> tuple[Path, ...]:
    """The catalogues compiled below `root`: a `.mo` beside each `.po`, the paths in order.

    No catalogue yet means none compiled. An unreadable one raises what Babel raises.
    """
    compiled = []
    for source in sorted(root.glob("filer/locale/*/LC_MESSAGES/*.po")):
        language = source.parent.parent.name
        target = source.with_suffix(".mo")
        with source.open("rb") as po:
            catalogue = read_po(po, locale=language, domain=source.stem, abort_invalid=True)
        with target.open("wb") as mo:
            write_mo(mo, catalogue)
        compiled.append(target)
    return tuple(compiled)


class CompileCatalogues(BuildHookInterface):  # type: ignore[type-arg]  # generic by version
    """The hook that hatchling calls before it builds a wheel, an editable one too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile the catalogues; which files belong to the build is in pyproject.toml."""
        compile_catalogues(Path(self.root))
