"""What an administrator may break in `config/`."""

from tests.models.slip import Slip

IN_CONFIGURATION = {
    "a year confirmed without its make-up days": Slip(
        file="config/calendar.toml",
        before="2025, 2026]",
        after="2025, 2026, 2027]",
        expected=("calendar.toml", "2027 年写成了已确认", "overrides"),
    ),
    "a reason for returns that the form leaves out": Slip(
        file="config/return_reasons.toml",
        before="[duplicate]",
        after='[too_late]\nname = "已过时效"\noutcomes = ["returned"]\n\n[duplicate]',
        expected=("Field_ReturnReason", "漏了理由 too_late“已过时效”"),
    ),
    "a reason for a bad rating that the form leaves out": Slip(
        file="config/rating.toml",
        before='slow = "办得太慢"',
        after='slow = "办得太慢"\nrude = "说话难听"',
        expected=("rating.form", "Field_Reason", "漏了理由 rude“说话难听”", "config/rating.toml"),
    ),
    "a category without a row": Slip(
        file="config/catalogue.csv",
        before="100102,",
        after="100199,市场监管,消费维权,老年代步车,normal,\n100102,",
        expected=("response_list", "类别 100199“老年代步车”没有条目"),
    ),
    "a role that some street does not have": Slip(
        file="config/directory/units.csv",
        before=",street_urban,420102002,",
        after=",street_service,420102002,",
        expected=("Rule_010201", "角色 street_urban", "在大智街道", "没有单位"),
    ),
    "a community without a unit for a role": Slip(
        file="config/directory/units.csv",
        before="community,community,community,420102017016,",
        after="community,community,community,420102017018,",
        expected=("Rule_010101", "角色 community“社区”在后湖街道同安社区没有单位"),
    ),
    "a circumstance that raises nothing": Slip(
        file="config/catalogue.csv",
        before=",normal,repeated",
        after=",normal,repeatd",
        expected=("config/catalogue.csv", "raised_by", "repeated"),
    ),
    "a template taken out of the texts": Slip(
        file="config/texts.toml",
        before="\ninspection = ",
        after="\ninspecton = ",
        expected=("notification_plan.dmn", "没有短信模板 inspection", "“inspecton”"),
    ),
    "a text for any hour that is not there": Slip(
        file="config/district.toml",
        before='at_once = ["supervision", ',
        after='at_once = ["supervison", ',
        expected=("config/district.toml", "sms.at_once", "supervison"),
    ),
    "a placeholder that is not there": Slip(
        file="config/texts.toml",
        before="{deadline}前评价",
        after="{dead_line}前评价",
        expected=("config/texts.toml", "rating_invited", "占位符"),
    ),
    "a text that has grown too long": Slip(
        file="config/texts.toml",
        before="请立即办理并回报。",
        after="请立即办理并回报。" + "并请主要负责人亲自过问" * 8,
        expected=("config/texts.toml", "supervision", "要拆成 3 条"),
    ),
    "a key that is not there": Slip(
        file="config/district.toml",
        before="returns_most",
        after="return_most",
        expected=("config/district.toml", "limits.", "returns_most"),
    ),
    "a document number without its year": Slip(
        file="config/reports.toml",
        before="江民呼月报〔{year}〕{number}号",
        after="江民呼月报{number}号",
        expected=("config/reports.toml", "numbers.monthly_report", "文号里应有"),
    ),
    "recipients of a report in a role that nobody plays": Slip(
        file="config/reports.toml",
        before='{ role = "inspection", duties',
        after='{ role = "inspektion", duties',
        expected=("config/reports.toml", "recipients", "没有单位角色“inspektion”"),
    ),
    "a grave matter of a category that does not exist": Slip(
        file="config/reports.toml",
        before='categories = ["010404"',
        after='categories = ["019999"',
        expected=("config/reports.toml", "flash.grave.categories", "没有类别“019999”"),
    ),
    "no words for a report that waits": Slip(
        file="config/texts.toml",
        before="report_waiting =",
        after="report_wait =",
        expected=("config/texts.toml", "templates", "report_waiting"),
    ),
    "a category that no platform can reach": Slip(
        file="config/catalogue.csv",
        before="100102,",
        after="100199,市场监管,消费维权,老年代步车,normal,\n100102,",
        expected=("config/catalogue.csv:200", "100199", "没有平台的取值", "老年代步车"),
    ),
    "a platform's code for a category that no longer exists": Slip(
        file="config/platforms/digital_city.toml",
        before='10105 = "020101"',
        after='10105 = "020191"',
        expected=("config/platforms/digital_city.toml:34: 10105", "020191", "没有这个类别", "停用"),
    ),
    "a platform's words for a category that no longer exists": Slip(
        file="config/platforms/mayor_line.toml",
        before='"市容环境/楼道堆物" = "010102"',
        after='"市容环境/楼道堆物" = "010192"',
        expected=("config/platforms/mayor_line.toml:", "市容环境/楼道堆物", "010192"),
    ),
    "a state of which a platform would never hear": Slip(
        file="config/platforms/message_board.toml",
        before='reopened = "reopened"\n',
        after="",
        expected=("config/platforms/message_board.toml", "status.reopened", "重新办理", "不会回传"),
    ),
    "a state that a request never has": Slip(
        file="config/platforms/message_board.toml",
        before='reopened = "reopened"',
        after='reopend = "reopened"',
        expected=("config/platforms/message_board.toml", "status.reopend", "reopened"),
    ),
}
