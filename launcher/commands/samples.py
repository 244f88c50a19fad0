"""`./minhu samples`: the sample exports of all platforms made anew, from a recipe and stories anybody can edit."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from casebook.district import load_district
from launcher.errors import LauncherError
from launcher.machine import MachineSettings
from launcher.progress import say
from launcher.sample_exports.making import Making
from launcher.sample_exports.recipe import read_recipe, read_stories

HELP = "重新生成各平台的样例导出：按 config/samples 里的 recipe.toml（多少、何时何地、哪些差错）和 stories.csv（内容）"


def arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--seed", type=int, metavar="S", help="随机种子；不写用 recipe.toml 里的")
    parser.add_argument("--output", type=Path, metavar="DIR", help="写到哪个文件夹；不写就替换 config/samples 里的")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(args: Namespace) -> int:
    """Write the exports and say how many rows each has."""
    config = MachineSettings().config
    district, samples = load_district(config), config / "samples"
    folder = args.output or samples
    if not folder.is_dir():
        raise LauncherError(f"没有文件夹 {folder}。请先建好，或换一个。")
    recipe = read_recipe(samples, district=district)
    stories = read_stories(samples, district=district)
    seed = recipe.seed if args.seed is None else args.seed
    counts = Making(district=district, recipe=recipe, stories=stories, seed=seed).write(folder)
    for code, count in counts.items():
        say(f"  {district.platforms[code].name}　{count} 行")
    if args.json:
        print(json.dumps({"rows": counts, "seed": seed}, ensure_ascii=False))
    return 0
