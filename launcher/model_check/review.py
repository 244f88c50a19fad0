"""All checks together, over one folder of models and one of configuration."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from casebook.district import District
from launcher.model_check.calendar import calendar_findings
from launcher.model_check.coverage import coverage_findings
from launcher.model_check.directory import directory_findings
from launcher.model_check.finding import Finding, Place
from launcher.model_check.lint import lint_findings
from launcher.model_check.models import model_files, read_models
from launcher.model_check.platforms import platform_findings, without_doubles
from launcher.model_check.reasons import reason_findings
from launcher.model_check.references import event_findings, kind_findings, reference_findings
from launcher.model_check.table_rules import table_findings
from launcher.model_check.texts import load, text_findings
from launcher.model_check.variables import variable_findings
from launcher.templates import FOLDER, outdated


@dataclass(frozen=True, kw_only=True)
class Folders:
    """Where the models and the configuration are."""

    bpmn: Path
    config: Path


def review(folders: Folders, *, drafts: Sequence[Path] = (), lint: bool = True) -> list[Finding]:
    """Return every finding, sorted. A draft takes the place of the model of the same name."""
    files = {path.name: path for path in model_files(folders.bpmn)} | {path.name: path for path in drafts}
    models = read_models(files.values())
    district, configuration = load(folders.config)
    found = [*models.unread, *reference_findings(models), *event_findings(models)]
    found += [*variable_findings(models), *table_findings(models)]
    if district:
        found += [*kind_findings(models, district.kinds), *coverage_findings(models, district)]
        found += reason_findings(files.values(), district)
        found += [] if models.unread else _template_findings(folders.bpmn, district)
        configuration += text_findings(district, folders.config)
        configuration += directory_findings(district)
        configuration += calendar_findings(district, folders.config)
    of_platforms = platform_findings(folders.config)
    configuration = [*without_doubles(configuration, precise=of_platforms), *of_platforms]
    if lint:
        readable = [files[process.file] for process in models.processes.values()]
        found += lint_findings(readable)
    placed = [replace(finding, file=_shown(files, finding, folder=folders.bpmn)) for finding in found]
    placed += [replace(finding, file=f"{folders.config.name}/{finding.file}") for finding in configuration]
    return sorted(set(placed))


def _template_findings(bpmn: Path, district: District) -> list[Finding]:
    """Find templates that no longer offer what there is: a new limit, kind or form is missing in Modeler."""
    what, action = "元素模板不是最新的，Modeler 里选不到刚改的内容", "请运行 ./minhu templates 重新生成"
    return [
        Place(file=f"{FOLDER.as_posix()}/{name}").finding(what, action=action)
        for name in outdated(bpmn, kinds=district.kinds)
    ]


def _shown(files: dict[str, Path], finding: Finding, *, folder: Path) -> str:
    """Return a file as a person would name it: below the folder of the models, or as it was given."""
    path = files.get(finding.file, folder / finding.file)
    return str(path.relative_to(folder.parent)) if path.is_relative_to(folder) else str(path)
