"""All sample exports, made anew from recipe and stories; the same seed gives the same files."""

from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from casebook.district import District
from launcher.sample_exports.files import write_export
from launcher.sample_exports.matters import Matter, People, Scene
from launcher.sample_exports.mess import WRONG, Mischief
from launcher.sample_exports.recipe import Export, Recipe, Story
from launcher.sample_exports.records import Clerk, Record

CALLED, WROTE = "mayor_line", "message_board"


@dataclass(frozen=True, kw_only=True)
class Making:
    """What the exports are made from."""

    district: District
    recipe: Recipe
    stories: list[Story]
    seed: int

    def write(self, folder: Path) -> dict[str, int]:
        """Write one export for each platform of the recipe; return how many rows each has."""
        counts: dict[str, int] = {}
        drawn = {code: self._drawn(code, scenes=scenes) for code, scenes in self._dealt().items()}
        self._add_echoes(drawn)
        for code, (matters, spare) in drawn.items():
            records = self._records(code, matters=matters, spare=spare)
            write_export(folder, records, platform=self.district.platforms[code])
            counts[code] = len(records)
        return counts

    def _dice(self, what: str) -> Random:
        return Random(f"{self.seed}/{what}")  # noqa: S311 - samples, repeatable on purpose

    def _people(self, what: str) -> People:
        return People(district=self.district, recipe=self.recipe, stories=self.stories, dice=self._dice(what))

    def _dealt(self) -> dict[str, list[Scene]]:
        """Deal what happens to the platforms; the choosy ones, which take only some majors, go first."""
        platforms = self.recipe.platforms
        pool = self._people("scenes").scenes(sum(export.rows for export in platforms.values()))
        dealt = {}
        for code in sorted(platforms, key=lambda code: not platforms[code].majors):
            mine = [scene for scene in pool if self._takes(platforms[code], scene)][: platforms[code].rows]
            taken = {id(scene) for scene in mine}
            pool = [scene for scene in pool if id(scene) not in taken]
            dealt[code] = mine
        return {code: dealt[code] for code in platforms}

    def _takes(self, export: Export, scene: Scene) -> bool:
        return not export.majors or self.district.catalogue[scene.story.category].major in export.majors

    def _drawn(self, code: str, *, scenes: list[Scene]) -> tuple[list[Matter], list[Matter]]:
        """Return a platform's matters, and as many more as it will have wrong rows."""
        export, platform = self.recipe.platforms[code], self.district.platforms[code]
        people = self._people(f"{code}/matters")
        wrong = sum(getattr(export.mess, kind) for kind in WRONG)
        spare = people.scenes(wrong) if wrong else []
        matters = people.matters(scenes, export=export, platform=platform)
        return matters, people.matters(spare, export=export, platform=platform)

    def _add_echoes(self, drawn: dict[str, tuple[list[Matter], list[Matter]]]) -> None:
        """Let some who called also write: the same matter on two platforms."""
        if not {CALLED, WROTE} <= set(drawn):
            return
        dice, export = self._dice("echoes"), self.recipe.platforms[WROTE]
        last = max(matter.at for matters, _ in drawn.values() for matter in matters)
        known = [matter for matter in drawn[CALLED][0] if matter.phone and "·" in matter.name]
        people = self._people("echoes")
        echoes = [people.echo(matter, export=export) for matter in dice.sample(known, self.recipe.echoes)]
        timely = [replace(echo, at=min(echo.at, last)) for echo in echoes]
        drawn[WROTE][0][:] = sorted([*drawn[WROTE][0], *timely], key=lambda matter: matter.at)

    def _records(self, code: str, *, matters: list[Matter], spare: list[Matter]) -> list[Record]:
        export: Export = self.recipe.platforms[code]
        dice = self._dice(f"{code}/records")
        clerk = Clerk(district=self.district, platform=self.district.platforms[code], export=export, dice=dice)
        numbered = enumerate([*matters, *spare], start=1)
        records = [clerk.record(matter, number=number) for number, matter in numbered]
        mischief = Mischief(clerk=clerk, dice=dice)
        return mischief.spoil(records[: len(matters)], spare=records[len(matters) :])
