"""The directory in the words of those who keep it: headers of columns, values of lists, and what is wrong where."""

from collections.abc import Mapping
from dataclasses import dataclass

from casebook.directory_tables import TABLES
from casebook.words import DUTIES

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "places": {"code": "地点编码", "name": "名称", "street": "所属街道编码"},
    "units": {
        "code": "单位编码",
        "name": "单位名称",
        "kind": "类型",
        "level": "层级",
        "role": "角色",
        "area": "服务地点编码",
        "superior": "上级单位编码",
        "hours": "工作时间",
    },
    "people": {
        "person": "人员编码",
        "name": "姓名",
        "unit": "单位编码",
        "duty": "职责",
        "phone": "手机号码",
        "wecom": "企业微信账号",
        "second_phone": "备用手机号码",
    },
    "team_members": {"team": "专项组或中心编码", "unit": "成员单位编码", "part": "身份"},
    "substitutes": {"person": "人员编码", "substitute": "替岗人员编码", "begins": "开始日期", "ends": "结束日期"},
    "absences": {"person": "人员编码", "begins": "开始日期", "ends": "结束日期"},
    "rosters": {
        "unit": "单位编码",
        "duty": "职责",
        "person": "人员编码",
        "weekdays": "星期",
        "from_time": "上岗时间",
        "to_time": "下岗时间",
        "begins": "开始日期",
        "ends": "结束日期",
    },
}
KINDS = {
    "centre": "指挥（服务）中心",
    "community": "社区",
    "street_office": "街道科室",
    "department": "区直部门",
    "posted_force": "派驻执法力量",
    "response_team": "响应专项组",
    "city": "市级平台",
}
LEVELS = {"community": "社区", "street": "街道", "district": "区", "city": "市"}
PARTS = {"lead": "牵头", "member": "成员"}
CHANGES = {"added": "新增", "changed": "变更", "ended": "终止"}
LISTS: Mapping[str, Mapping[str, str]] = {"kind": KINDS, "level": LEVELS, "duty": DUTIES, "part": PARTS}


@dataclass(frozen=True, order=True, kw_only=True)
class Wrong:
    """One thing that is wrong in one place, and what to do; what does not refuse the import is worth a look."""

    table: str
    row: int
    column: str
    what: str
    action: str
    refuses: bool = True

    def sentence(self) -> str:
        """Return it as one line: sheet, row, column, what, what to do."""
        title = TABLES[self.table].title if self.table in TABLES else self.table
        place = f"表“{title}”" + (f"第 {self.row} 行" if self.row else "")
        if self.column:
            place += f"“{COLUMNS.get(self.table, {}).get(self.column, self.column)}”"
        return f"{'' if self.refuses else '提醒：'}{place}：{self.what}。{self.action}。"

    def as_dict(self) -> dict[str, object]:
        """Return it for machines."""
        return {**vars(self), "sentence": self.sentence()}
