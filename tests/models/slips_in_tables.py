"""What an official may break in a decision table or in the configuration."""

from tests.models.slip import Slip

IN_TABLES = {
    "a decision renamed by accident": Slip(
        file="bpmn/time_limit.dmn",
        before='decision id="time_limit"',
        after='decision id="time_limits"',
        expected=("time_limits", "不一致"),
    ),
    "a hit policy that collects": Slip(
        file="bpmn/time_limit.dmn",
        before='hitPolicy="UNIQUE"',
        after='hitPolicy="COLLECT"',
        expected=("time_limit", "命中策略是 COLLECT"),
    ),
    "a row without a reason": Slip(
        file="bpmn/rating_outcome.dmn",
        before="<description>响应度：在签收时限内签收</description>",
        after="",
        expected=("Rule_Response_InTime", "没有注释"),
    ),
    "two rows for one case": Slip(
        file="bpmn/time_limit.dmn",
        before='<inputEntry id="InputEntry_SignIn_B_Normal_Level">\n          <text>"B"</text>',
        after='<inputEntry id="InputEntry_SignIn_B_Normal_Level">\n          <text>"A","B"</text>',
        expected=("Rule_SignIn_B_Normal", "Rule_SignIn_A_Normal", "limit = sign_in、level = A、urgency = normal"),
    ),
    "a row that hides those below it": Slip(
        file="bpmn/notification_plan.dmn",
        before='<text>"yellow"</text>',
        after="<text>-</text>",
        expected=("永远轮不到这一行", "event = ", "已被第 20 行"),
    ),
    "a reason for returns that is not listed": Slip(
        file="bpmn/forms/sign_in.form",
        before='"value": "not_ours"',
        after='"value": "not_our"',
        expected=("Field_ReturnReason", "没有理由 not_our", "“not_ours”"),
    ),
    "a reason for returns that the form leaves out": Slip(
        file="config/return_reasons.toml",
        before="[duplicate]",
        after='[too_late]\nname = "已过时效"\noutcomes = ["returned"]\n\n[duplicate]',
        expected=("Field_ReturnReason", "漏了理由 too_late“已过时效”"),
    ),
    "a category without a row": Slip(
        file="config/catalogue.csv",
        before="100102,",
        after="100103,市场监管,消费维权,预付卡纠纷,normal\n100102,",
        expected=("response_list", "类别 100103“预付卡纠纷”没有条目"),
    ),
    "a row for a category that is not there": Slip(
        file="bpmn/response_list.dmn",
        before='"100102"',
        after='"100109"',
        expected=("Rule_100102", "没有类别 100109"),
    ),
    "a role that is not there": Slip(
        file="bpmn/response_list.dmn",
        before='"street_enforcement"',
        after='"street_enforcment"',
        expected=("Rule_040202", "没有角色 street_enforcment", "“street_enforcement”"),
    ),
    "a role that some street does not have": Slip(
        file="config/directory/units.csv",
        before=",street_urban,420102002,",
        after=",street_service,420102002,",
        expected=("Rule_010201", "角色 street_urban", "在大智街道", "没有单位"),
    ),
    "a table that no longer ends with a catch-all": Slip(
        file="bpmn/notification_plan.dmn",
        before="""_Event">
          <text>-</text>""",
        after="""_Event">
          <text>"merged"</text>""",
        expected=("没有兜底的最后一行",),
    ),
    "a level that is not there": Slip(
        file="bpmn/response_list.dmn",
        before='<text>"A"</text>',
        after='<text>"E"</text>',
        expected=("Rule_010101", "级别写成了", "A、B、C、D"),
    ),
    "a combination without a limit": Slip(
        file="bpmn/time_limit.dmn",
        before='<inputEntry id="InputEntry_Handling_D_Urgent_Level">\n          <text>"D"</text>',
        after='<inputEntry id="InputEntry_Handling_D_Urgent_Level">\n          <text>"E"</text>',
        expected=("时限 handling 缺少 D 级 urgent 的条目",),
    ),
    "a recipient nobody is": Slip(
        file="bpmn/notification_plan.dmn",
        before='["deputy_head"]',
        after='["vice_head"]',
        expected=("没有通知对象 vice_head", "deputy_head"),
    ),
    "a template taken out of the texts": Slip(
        file="config/texts.toml",
        before="\nsupervision = ",
        after="\nsupervison = ",
        expected=("notification_plan.dmn", "没有短信模板 supervision", "“supervison”"),
    ),
    "a fact without a degree": Slip(
        file="bpmn/rating_outcome.dmn",
        before='"not_rated"',
        after='"unrated"',
        expected=("rating_outcome", "satisfaction 的情形 not_rated 没有得分"),
    ),
    "a degree beyond a hundred": Slip(
        file="bpmn/rating_outcome.dmn",
        before="<text>85</text>",
        after="<text>850</text>",
        expected=("Rule_Satisfaction_Satisfied", "得分写成了 850"),
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
    "a limit that Modeler does not offer yet": Slip(
        file="bpmn/time_limit.dmn",
        before='<text>"sign_in","assignment"',
        after='<text>"site_visit","sign_in","assignment"',
        expected=("human_work_order.json", "元素模板不是最新的", "./minhu templates"),
    ),
}
