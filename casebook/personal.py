"""Which columns hold personal data: what it is, what for, how long, and what is left of it afterwards.

The one list: sealing, erasure and the desk rest on it. A test refuses a column that could hold personal data and is
neither here nor in `not_personal.py`, so that whoever adds one has to decide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Term = Literal["closing", "refusal", "office"]
# closing: `keep_days` after the request's end; refusal: `keep_days` after the row was refused; office: with the
# directory's versions, because who answered for what must be known for good (staff, in their office).
ERASED = "（已按期清除）"


@dataclass(frozen=True, kw_only=True)
class Personal:
    """One column: what it holds, what it is needed for, until when, and what stands there afterwards."""

    what: str
    purpose: str
    term: Term = "closing"
    left: Any = None


def _words(what: str, *, left: Any = ERASED) -> Personal:
    """Free text, in which people write what they like: not searched for by person, erased like all else."""
    return Personal(what=what, purpose="办理、核查、督办", left=left)


def _staff(what: str) -> Personal:
    return Personal(what=what, purpose="履职联系、追溯责任", term="office")


PERSONAL: Mapping[str, Personal] = {
    "callers.name": Personal(what="诉求人姓名", purpose="回访、核实"),
    "callers.phone": Personal(what="诉求人电话", purpose="回访、评价短信"),
    "callers.phone_index": Personal(what="电话的带密钥摘要", purpose="识别重复来电"),
    "callers.address": Personal(what="诉求人地址", purpose="上门办理"),
    "requests.title": _words("诉求标题"),
    "requests.text": _words("诉求内容"),
    "requests.lat": Personal(what="诉求地点的纬度", purpose="上门办理"),
    "requests.lon": Personal(what="诉求地点的经度", purpose="上门办理"),
    "messages.phone": Personal(what="短信收件电话", purpose="发送短信", left=""),
    "messages.phone_index": Personal(what="电话的带密钥摘要", purpose="免打扰、每日限额"),
    "messages.text": _words("短信内容（含评价链接）"),
    "messages.fields": _words("短信填入的内容", left=[]),
    "supplements.text": _words("平台补充的内容"),
    "open311_reports.email": Personal(what="诉求人邮箱", purpose="提交方对账"),
    "open311_reports.device_id": Personal(what="提交设备编号", purpose="提交方对账"),
    "open311_reports.account_id": Personal(what="提交账号", purpose="提交方对账"),
    "open311_reports.media_urls": _words("外部图片地址", left=[]),
    "open311_reports.answers": _words("对类别问题的回答", left=[]),
    "open311_additions.text": _words("诉求人后来补充的内容"),
    "open311_additions.media_urls": _words("外部图片地址", left=[]),
    "picture_contents.content": _words("图片（连同 pictures 的行一起删除）"),
    "work_orders.note": _words("回单说明"),
    "co_tasks.call_reason": _words("邀请协办的事由"),
    "co_tasks.end_reason": _words("免去协办的事由"),
    "enforcement_calls.note": _words("呼叫执法的事由"),
    "enforcement_calls.arrived_lat": Personal(what="到场地点的纬度", purpose="核实到场"),
    "enforcement_calls.arrived_lon": Personal(what="到场地点的经度", purpose="核实到场"),
    "enforcement_calls.arrived_place": _words("到场地点"),
    "supervision_orders.note": _words("督办要求"),
    "appeals.grounds": _words("申诉的理由"),
    "ratings.comment": _words("评价留言"),
    "callback_calls.comment": _words("回访留言"),
    "extensions.reason": _words("延期理由"),
    "suspensions.note": _words("暂停计时的说明"),
    "speed_ups.reason": _words("缩短时限的理由"),
    "city_replies.note": _words("市级平台的答复"),
    "rejected_rows.record": Personal(what="退回的整行", purpose="更正后重新收件", term="refusal", left={}),
    "people.name": _staff("工作人员姓名"),
    "people.phone": _staff("工作电话"),
    "people.second_phone": _staff("第二个工作电话"),
    "people.wecom": _staff("企业微信账号"),
    "report_versions.remark": _staff("对通报的审批意见"),
    "directory_imports.changes": _staff("通讯录的改动"),
}
