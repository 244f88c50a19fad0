"""The Chinese words for the casebook's codes, as officials and callers read them."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from casebook.district import District

LIGHTS = {"green": "绿灯", "yellow": "黄灯", "red": "红灯", "inspection": "督查"}
LEVELS = {"A": "A 级（社区）", "B": "B 级（街道）", "C": "C 级（区）", "D": "D 级（市）"}
URGENCIES = {"normal": "一般", "urgent": "紧急"}
LEVEL_NAMES = {"community": "社区", "street": "街道", "district": "区", "city": "市"}
CALLBACKS = {"reached": "接通并答复", "not_reached": "没有接通", "refused": "拒绝回访"}
COOPERATION = {"good": "配合好", "fair": "配合一般", "poor": "配合差"}
RATING_WAYS = {"link": "短信链接", "call": "电话回访", "desk": "工作台", "nobody": "无人可问"}
SENDERS = {level: f"{name}级" for level, name in LEVEL_NAMES.items()} | {"public": "公众"}
CALLER_KINDS = {
    "citizen": "市民",
    "business": "企业",
    "community": "社区",
    "street": "街道",
    "department": "部门",
    "cared_for": "重点关爱对象",
}
CITY_SAYS = {"accepted": "受理", "refused": "不受理", "done": "已办结"}
LIMITS = {
    "sign_in": "签收时限",
    "assignment": "指定派单时限",
    "review": "复核时限",
    "city_report": "市级回执时限",
    "arbitration": "裁定时限",
    "handling": "办理时限",
    "handling_fast": "快速处置时限",
    "co_handling": "协办时限",
    "co_handling_fast": "快速协办时限",
    "verification": "核查时限",
    "enforcement_call": "执法确认时限",
    "enforcement_arrival": "执法到场时限",
    "enforcement_report": "执法办理时限",
    "supervision_reply": "督办回复时限",
    "inspection_decision": "督查决定时限",
    "accountability_statement": "情况说明时限",
    "accountability_finding": "责任认定时限",
    "appeal_decision": "申诉决定时限",
    "total": "总时限",
}
BASES = {"working": "个工作小时", "calendar": "小时（自然时间）"}
OUTCOMES = {
    "accepted": "已签收",
    "returned": "退单",
    "cannot_solve": "本级解决不了，上报",
    "assigned": "已指定承办单位",
    "insisted": "退回原单位",
    "refused": "市级平台不受理",
    "done": "已办结",
    "not_possible": "确实无法办理",
    "passed": "核查通过",
    "failed": "核查未通过",
    "recalled": "已收回",
    "disagrees": "有异议，请上级裁定",
    "stands": "异议不成立，继续协办",
    "released": "异议成立，不再协办",
    "confirmed": "立即出动",
    "declined": "不能出动",
    "arrived": "已到达现场",
    "finished": "已办完，等核查",
    "on_track": "正在办，能按时办结",
    "obstacle": "有困难，请协调",
    "no_fault": "不予追究",
    "urge": "督促办理",
    "accountability": "启动责任追究",
    "stated": "已说明情况",
    "admitted": "认可责任，说明整改",
    "unfounded": "责任不成立",
    "ordinary": "一般责任",
    "serious": "严重责任",
    "upheld": "申诉成立",
    "partly": "申诉部分成立",
    "rejected": "申诉不成立",
    "excluded": "得分不计入考核",
}
SUPERVISION_ENDINGS = {
    **{outcome: OUTCOMES[outcome] for outcome in ("finished", "on_track", "obstacle")},
    "request_closed": "诉求已办结，不再等回复",
    "withdrawn": "诉求已撤回，不再等回复",
    "merged": "诉求已并案，不再等回复",
    "no_reply_asked": "当时没有要求回复",
}
CO_TASK_ENDINGS = {
    "reported": "已回单",
    "released": "已退出协办",
    "not_in": "未到位，牵头单位先行回单",
    "ruled_out": "经裁定不再协办",
    "withdrawn": "诉求已撤回",
    "merged": "诉求已并案",
}
CALL_ENDINGS = {"done": "已办结", "not_possible": "确实无法办理", "refused": "没有出动", "recalled": "呼叫已收回"}
CO_TASK_ORIGINS = {"rule": "响应清单", "called": "牵头单位请来", "team": "响应专项组"}
JOINT_REASONS = {
    "co_unit_silent": "协办单位到期没有回单",
    "co_unit_not_there": "协办单位没有到场",
    "urgent_closing": "情况紧急，先行办结",
    "not_our_duty": "不属本单位职责",
    "other_measure": "应采取其他措施",
    "other_unit": "应由其他单位协办",
    "other_emergency": "正在处置其他紧急任务",
    "outside_power": "不属本部门执法权限",
    "no_staff": "当班人员不足",
}
MESSAGE_STATES = {
    "queued": "待发送",
    "sending": "正在发送",
    "sent": "已发出",
    "delivered": "已送达",
    "failed": "发送失败",
    "uncertain": "待人工核实",
    "gathered": "已合并告知",
    "needless": "不必再发",
}
EVENTS = {
    "yellow": "黄灯提醒",
    "red": "红灯督办",
    "inspection": "督查推送",
    "supervision": "督办通知",
    "supervision_obstacle": "督办报告困难",
    "inspection_overdue": "督查自办久拖",
    "inspection_urged": "督查督促办理",
    "accountability_opened": "启动责任追究",
    "statement_missed": "到期没有说明",
    "accountability_found": "责任认定",
    "appeal_decided": "申诉决定",
    "rating_invited": "评价邀请",
    "repeated": "多次反映提醒",
    "request_registered": "受理告知",
    "request_supplemented": "补充提醒",
    "request_joined": "并案告知",
    "digest": "合并告知",
    "enforcement_called": "执法呼叫",
    "enforcement_refused": "不出动通报",
    "redispatched": "整批改派通知",
}
TEXTS = EVENTS | {
    "redispatched_away": "整批改派，告知原单位",
    "redispatched_here": "整批改派，告知接收单位",
    "redispatch_undone": "整批改派已撤销",
    "report_waiting": "通报待审批",
    "report_published": "通报已印发",
}
DUTIES = {"duty_officer": "值班员", "deputy_head": "分管负责人", "principal_head": "主要负责人"}
RESOLVED = {"resolved": "解决了", "partly": "解决了一部分", "unresolved": "没有解决"}
ASPECTS = {"response": "响应度", "cooperation": "配合度", "completion": "办结度", "satisfaction": "满意度"}
FACTS = {
    "in_time": "按时",
    "late": "超时",
    "never": "没有签收",
    "smooth": "配合顺畅",
    "smooth_fair": "按时，互评配合一般",
    "smooth_poor": "按时，互评配合差",
    "late_fair": "超时，互评配合一般",
    "late_poor": "超时，互评配合差",
    "refused": "协办未能办理",
    "absent": "协办未到位",
    "alone": "没有协办单位",
    "reworked": "返工后办结",
    "unverified": "核查未通过",
    "very_satisfied": "非常满意",
    "satisfied": "满意",
    "neutral": "基本满意",
    "dissatisfied": "不满意",
    "unresolved": "没有解决",
    "not_rated": "没有评价",
    "not_asked": "无人可问",
}
CALLER_FIELDS = {"name": "姓名", "phone": "电话", "address": "地址"}


def word(words: Mapping[str, str], code: str | None) -> str:
    """Return the word for a code; a code that nobody has named yet stands for itself."""
    return words.get(code, code) if code else ""


def rating_reason(district: District, code: str | None) -> str:
    """Return why a caller is not content; a reason that the district no longer lists stands for itself."""
    return word(district.rating.reasons, code)


def moment(instant: datetime, zone: tzinfo) -> str:
    """Return an instant as people write it, in the district's zone: `11月24日 09:32`."""
    local = instant.astimezone(zone)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def hours(count: float) -> str:
    """Return a number of hours without needless decimals."""
    return f"{count:g}"


def return_reason(district: District, code: str | None) -> str:
    """Return the name of a coded reason for a return or in joint work; a code that nobody lists stands for itself."""
    found = district.return_reasons.get(code or "")
    return found.name if found else word(JOINT_REASONS, code)


def place(district: District, community: str) -> str:
    """Return street and community by the community's code."""
    found = district.communities.get(community)
    if found is None:
        return community
    street = next((each.name for each in district.places if each.code == found.street), "")
    return street + found.name


def category(district: District, code: str) -> str:
    """Return the name of a leaf of the catalogue."""
    found = district.catalogue.get(code)
    return found.name if found else code
