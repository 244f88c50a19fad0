"""What an official may break in a decision table or a form."""

from tests.models.slip import Slip

IN_TABLES = {
    "a limit of no hours": Slip(
        file="bpmn/time_limit.dmn",
        before="<text>0.5</text>",
        after="<text>0</text>",
        expected=("Rule_SignIn_Any_Urgent", "时限写成了 0", "大于 0"),
    ),
    "an inspection before the limit": Slip(
        file="bpmn/time_limit.dmn",
        before="<text>7</text>",
        after="<text>1</text>",
        expected=("Rule_SignIn_A_Normal", "督查写成了 1，早于时限 2 小时"),
    ),
    "a way of counting that there is not": Slip(
        file="bpmn/time_limit.dmn",
        before='<outputEntry id="OutputEntry_SignIn_A_Normal_Basis">\n          <text>"working"</text>',
        after='<outputEntry id="OutputEntry_SignIn_A_Normal_Basis">\n          <text>"workdays"</text>',
        expected=("Rule_SignIn_A_Normal", '计时方式写成了 "workdays"'),
    ),
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
    "a row for a category that is not there": Slip(
        file="bpmn/response_list.dmn",
        before='"100102"',
        after='"100190"',
        expected=("Rule_100102", "没有类别 100190"),
    ),
    "a category without a row when it is urgent": Slip(
        file="bpmn/response_list.dmn",
        before='<inputEntry id="InputEntry_010101_Urgency">\n          <text>-</text>',
        after='<inputEntry id="InputEntry_010101_Urgency">\n          <text>"normal"</text>',
        expected=("response_list", "类别 010101“暴露垃圾”（urgency = urgent 时）没有条目"),
    ),
    "two rows for one category when it is urgent": Slip(
        file="bpmn/response_list.dmn",
        before='<inputEntry id="InputEntry_020301_Normal_Urgency">\n          <text>"normal"</text>',
        after='<inputEntry id="InputEntry_020301_Normal_Urgency">\n          <text>-</text>',
        expected=("Rule_020301_Urgent", "Rule_020301_Normal 同时命中", "category = 020301、urgency = urgent"),
    ),
    "a row that can never be met": Slip(
        file="bpmn/response_list.dmn",
        before='<inputEntry id="InputEntry_020301_Urgent_Urgency">\n          <text>"urgent"</text>',
        after='<inputEntry id="InputEntry_020301_Urgent_Urgency">\n          <text>"urgnet"</text>',
        expected=("Rule_020301_Urgent", '永远不会命中：urgency 写成了 "urgnet"', "normal、urgent"),
    ),
    "a row for all categories": Slip(
        file="bpmn/response_list.dmn",
        before='<text>"100205"</text>',
        after="<text>-</text>",
        expected=("Rule_100205", "没有写明类别"),
    ),
    "a limit that the response list misspells": Slip(
        file="bpmn/response_list.dmn",
        before='<text>"handling_fast"</text>',
        after='<text>"handling_fats"</text>',
        expected=("Rule_010404", "办理时限 handling_fats 没有 C 级 normal、urgent 的条目", "“handling_fast”"),
    ),
    "a limit that no longer has hours at a level": Slip(
        file="bpmn/time_limit.dmn",
        before='<inputEntry id="InputEntry_CoHandlingFast_C_Level">\n          <text>"C"</text>',
        after='<inputEntry id="InputEntry_CoHandlingFast_C_Level">\n          <text>"D"</text>',
        expected=("Rule_020101", "协办时限 co_handling_fast 没有 C 级 normal、urgent 的条目"),
    ),
    "a limit left out": Slip(
        file="bpmn/response_list.dmn",
        before='<outputEntry id="OutputEntry_010101_HandlingLimit">\n          <text>"handling"</text>',
        after='<outputEntry id="OutputEntry_010101_HandlingLimit">\n          <text></text>',
        expected=("Rule_010101", "办理时限写成了 （空）"),
    ),
    "a lead of another level than the matter": Slip(
        file="bpmn/response_list.dmn",
        before='<outputEntry id="OutputEntry_010201_LeadRole">\n          <text>"street_urban"</text>',
        after='<outputEntry id="OutputEntry_010201_LeadRole">\n          <text>"dept_urban"</text>',
        expected=("Rule_010201", "级别是 B（街道），牵头的 dept_urban 却是区级单位"),
    ),
    "a lead who is also a co-unit": Slip(
        file="bpmn/response_list.dmn",
        before='["dept_environment"]',
        after='["dept_urban"]',
        expected=("Rule_010202", "角色 dept_urban 写了不止一次"),
    ),
    "co-units that are no list": Slip(
        file="bpmn/response_list.dmn",
        before='["dept_environment"]',
        after='"dept_environment"',
        expected=("Rule_010202", "协办不是列表"),
    ),
    "a role that is not there": Slip(
        file="bpmn/response_list.dmn",
        before='"street_enforcement"',
        after='"street_enforcment"',
        expected=("Rule_010303", "没有角色 street_enforcment", "“street_enforcement”"),
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
    "a finding without points": Slip(
        file="bpmn/accountability_result.dmn",
        before='<text>"serious"</text>',
        after='<text>"severe"</text>',
        expected=("accountability_result", "认定 serious 没有扣分"),
    ),
    "points beyond a hundred": Slip(
        file="bpmn/accountability_result.dmn",
        before="<text>15</text>",
        after="<text>150</text>",
        expected=("Rule_Serious", "扣分写成了 150"),
    ),
    "a finding that does not say whether it lasts": Slip(
        file="bpmn/accountability_result.dmn",
        before="<text>true</text>",
        after='<text>"yes"</text>',
        expected=("Rule_Ordinary", "重办后仍扣写成了"),
    ),
    "a push for a reason that is not known": Slip(
        file="bpmn/complexity.dmn",
        before='"reopened"',
        after='"reopend"',
        expected=("Rule_Reopened", "没有推送理由 reopend", "“reopened”"),
    ),
    "a row that does not say whether it is complex": Slip(
        file="bpmn/complexity.dmn",
        before="<text>true</text>",
        after='<text>"true"</text>',
        expected=("Rule_Reopened", "复杂写成了"),
    ),
    "a limit that Modeler does not offer yet": Slip(
        file="bpmn/time_limit.dmn",
        before='<text>"sign_in","assignment"',
        after='<text>"site_visit","sign_in","assignment"',
        expected=("human_work_order.json", "元素模板不是最新的", "./minhu templates"),
    ),
}
