"""Where one file of `config/` speaks of what another holds: they must agree, or `ConfigurationError` names it."""

from collections.abc import Iterable, Mapping

from casebook.clock_rules import ClockRules
from casebook.configuration import Folder, validated, wrong
from casebook.gateways import Gateways
from casebook.report_rules import ReportRules
from casebook.rules import DIGEST, REPEATED, Channel, Limits, Privacy, SameMatter, Sender, SmsRules, Texts, UrgencyRule

DEADLINES, REPORTS = "deadlines.toml", "reports.toml"
REPORT_WAITING, REPORT_PUBLISHED = "report_waiting", "report_published"
Where = tuple[str, str]  # a file, and its key


def read_clock(files: Folder, *, kinds: Mapping[str, str]) -> ClockRules:
    """Read how running deadlines may be changed; the kinds of work orders it names must be known."""
    rules = validated(ClockRules, files.toml(DEADLINES), name=DEADLINES)
    for section, named in (("suspension", rules.suspension.kinds), ("speed_up", rules.speed_up.kinds)):
        for kind in named:
            if kind not in kinds:
                raise wrong(DEADLINES, key=f"{section}.kinds", what=f"没有工单种类“{kind}”，请对照 kinds.toml 更正")
    return rules


def read_gateways(files: Folder, texts: Texts) -> Gateways:
    """Read who carries messages; every text needs its template where the gateway wants one."""
    gateways = validated(Gateways, files.toml("gateways.toml"), name="gateways.toml")
    if missing := gateways.texts_without_template(texts.templates):
        what = f"没有短信 {'、'.join(missing)} 的已审核模板编号，请照 texts.toml 逐条补上"
        raise wrong("gateways.toml", key=f"{gateways.in_use}.templates", what=what)
    for name in gateways.wecom.at_once if gateways.wecom else ():
        if name not in texts.templates:
            raise wrong("gateways.toml", key="wecom.at_once", what=f"texts.toml 里没有短信“{name}”，请更正")
    return gateways


def read_reports(
    files: Folder, *, roles: Mapping[str, str], categories: Mapping[str, object], texts: Texts
) -> ReportRules:
    """Read how reports are made, decided and sent; roles, categories and texts must be known."""
    rules = validated(ReportRules, files.toml(REPORTS), name=REPORTS)
    if strangers := sorted(rules.roles() - roles.keys()):
        raise wrong(REPORTS, key="recipients", what=f"没有单位角色“{strangers[0]}”，请对照 roles.csv 更正")
    for code in rules.flash.grave.categories if rules.flash.grave else ():
        if code not in categories:
            raise wrong(REPORTS, key="flash.grave.categories", what=f"没有类别“{code}”，请对照 catalogue.csv 更正")
    for name in (REPORT_WAITING, REPORT_PUBLISHED):
        if name not in texts.templates:
            raise wrong("texts.toml", key="templates", what=f"通报要用的短信“{name}”不在，请补上")
    return rules


def must_be_open(channels: Mapping[str, Channel], levels: Iterable[Sender], *, channel: str, where: Where) -> None:
    """Ways in which platforms and programs collect must be open to one of the levels whose entries they carry."""
    if not set(levels) & set(channels[channel].levels):
        name, key = where
        what = f"渠道“{channel}”没有向 {'、'.join(levels)} 开放，请改用别的渠道，或核对 levels 与 channels.toml"
        raise wrong(name, key=key, what=what)


def must_outlast_repeats(privacy: Privacy, *, urgency: UrgencyRule, limits: Limits) -> None:
    """Repeated calls are known by the caller's number: it has to be there as long as they count."""
    longest = max(urgency.repeated_days, limits.merge_window_days)
    if privacy.keep_days < longest:
        what = f"不能短于重复来电和并案的期限（{longest} 天）"
        raise wrong("district.toml", key="privacy.keep_days", what=what)


def must_be_texts(rules: SmsRules, texts: Texts, *, same_matter: SameMatter) -> None:
    """Texts that the rules of sending name, or that go out by a rule of their own, must be there."""
    for name in rules.at_once:
        if name not in texts.templates:
            raise wrong("district.toml", key="sms.at_once", what=f"texts.toml 里没有短信“{name}”，请更正")
    if rules.per_number_a_day is not None and DIGEST not in texts.templates:
        what = f"合并告知要用的短信“{DIGEST}”不在 texts.toml 里，请补上"
        raise wrong("district.toml", key="sms.per_number_a_day", what=what)
    if same_matter.tell_at and REPEATED not in texts.templates:
        what = f"多次反映提醒要用的短信“{REPEATED}”不在 texts.toml 里，请补上；不提醒就写 []"
        raise wrong("district.toml", key="same_matter.tell_at", what=what)
