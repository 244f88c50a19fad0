"""What a designer or an official breaks is named by `./minhu check`, and nothing else is."""

import ast
import json
import shutil
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from launcher import designer_tools
from launcher.commands import check
from launcher.errors import LauncherError
from launcher.model_check.coverage import FACTS
from launcher.model_check.lint import lint_findings
from launcher.model_check.messages import MESSAGES
from launcher.model_check.review import Folders, review
from workers import gather_facts

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Slip:
    """One edit of one file, and what the finding must say."""

    file: str
    before: str
    after: str
    expected: tuple[str, ...]
    lint: bool = False


SLIPS = {
    "a file that is cut off": Slip(
        file="bpmn/alert.bpmn", before="</bpmn:definitions>", after="", expected=("bpmn/alert.bpmn", "残缺")
    ),
    "a process renamed by accident": Slip(
        file="bpmn/alert.bpmn", before='id="alert"', after='id="allert"', expected=("allert", "文件名“alert”", "不一致")
    ),
    "a decision renamed by accident": Slip(
        file="bpmn/time_limit.dmn",
        before='decision id="time_limit"',
        after='decision id="time_limits"',
        expected=("time_limits", "不一致"),
    ),
    "a job type misspelt": Slip(
        file="bpmn/work_order.bpmn",
        before='type="plan_deadlines"',
        after='type="plan_deadline"',
        expected=("Task_PlanDeadlines", "没有任务类型 plan_deadline", "“plan_deadlines”"),
    ),
    "a call of a process that is not there": Slip(
        file="bpmn/alert.bpmn",
        before='processId="notification"',
        after='processId="notifications"',
        expected=("CallActivity_Notification", "没有流程 notifications", "“notification”"),
    ),
    "a decision that is not there": Slip(
        file="bpmn/dispatch.bpmn",
        before='decisionId="response_list"',
        after='decisionId="responselist"',
        expected=("Task_LookUpResponseList", "没有决策表 responselist", "“response_list”"),
    ),
    "a form that is not there": Slip(
        file="bpmn/dispatch.bpmn",
        before='''source='="sign_in"' target="form"''',
        after='''source='="signin"' target="form"''',
        expected=("CallActivity_SignIn", "没有表单 signin", "“sign_in”"),
    ),
    "a kind of work order that is not there": Slip(
        file="bpmn/handling.bpmn",
        before='="co_handling"\' target="kind"',
        after='="cohandling"\' target="kind"',
        expected=("CallActivity_CoHandling", "没有工单种类 cohandling", "“co_handling”"),
    ),
    "a message misspelt": Slip(
        file="bpmn/work_order.bpmn",
        before='name="work_reported"',
        after='name="work_report"',
        expected=("Message_WorkReported", "没有消息 work_report", "“work_reported”"),
    ),
    "a message that waits for the wrong key": Slip(
        file="bpmn/evaluation.bpmn",
        before='correlationKey="=rating_id"',
        after='correlationKey="=request_id"',
        expected=("Message_RatingReceived", "=rating_id"),
    ),
    "a misspelt variable in a condition": Slip(
        file="bpmn/dispatch.bpmn",
        before=">=responsibility_clear<",
        after=">=responsability_clear<",
        expected=("Flow_ResponsibilityClear", "responsability_clear", "“responsibility_clear”"),
    ),
    "a misspelt variable in a timer": Slip(
        file="bpmn/work_order.bpmn",
        before="date and time(red_at)",
        after="date and time(read_at)",
        expected=("BoundaryEvent_LimitExceeded", "read_at", "“red_at”"),
    ),
    "a misspelt target of a decision's answer": Slip(
        file="bpmn/dispatch.bpmn",
        before='target="lead_role"',
        after='target="leading_role"',
        expected=("Task_RouteRequest", "lead_role", "“leading_role”"),
    ),
    "a misspelt column of a decision's answer": Slip(
        file="bpmn/notification.bpmn",
        before="notification_plan.recipients",
        after="notification_plan.recipient",
        expected=("Task_PlanNotification", "没有输出列 recipient", "“recipients”"),
    ),
    "an input that was forgotten": Slip(
        file="bpmn/citizen_request.bpmn",
        before='<zeebe:input source="=centre" target="centre" />',
        after="",
        expected=("CallActivity_Handling", "没有传入变量 centre", "handling"),
    ),
    "an input onto a misspelt name": Slip(
        file="bpmn/alert.bpmn",
        before='target="supervision_id"',
        after='target="supervison_id"',
        expected=("CallActivity_Notification", "不读变量 supervison_id", "“supervision_id”"),
    ),
    "an event that nobody plans for": Slip(
        file="bpmn/evaluation.bpmn",
        before='="rating_invited"',
        after='="rating_invite"',
        expected=("CallActivity_RatingNotice", "没有事件 rating_invite", "“rating_invited”"),
    ),
    "an error that no job throws": Slip(
        file="bpmn/work_order.bpmn",
        before='<bpmn:messageEventDefinition id="MessageEventDefinition_DeadlineChanged" '
        'messageRef="Message_DeadlineChanged" />',
        after='<bpmn:errorEventDefinition id="ErrorEventDefinition_X" errorRef="Error_X" />',
        expected=("BoundaryEvent_DeadlineChanged", "没有作业会抛出错误"),
    ),
    "a gateway without a default": Slip(
        file="bpmn/dispatch.bpmn",
        before=' default="Flow_NotSignedIn"',
        after="",
        lint=True,
        expected=("Gateway_SignedIn", "没有默认流"),
    ),
    "a call that passes everything": Slip(
        file="bpmn/dispatch.bpmn",
        before='propagateAllParentVariables="false"',
        after="",
        lint=True,
        expected=("CallActivity_SignIn", "变量自动传递没有关闭"),
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
        expected=("Rule_010201", "没有角色 street_enforcment", "“street_enforcement”"),
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
    "a limit that nobody set": Slip(
        file="bpmn/dispatch.bpmn",
        before='''="arbitration"' target="limit"''',
        after='''="arbitrations"' target="limit"''',
        expected=("time_limit", "时限 arbitrations 缺少 A 级 normal"),
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
}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "bpmn", tmp_path / "bpmn", ignore=shutil.ignore_patterns("node_modules", "pictures"))
    shutil.copytree(ROOT / "config", tmp_path / "config", ignore=shutil.ignore_patterns("samples"))
    return tmp_path


def findings(folder: Path, *, lint: bool = False) -> list[str]:
    found = review(Folders(bpmn=folder / "bpmn", config=folder / "config"), lint=lint)
    return [finding.sentence() for finding in found]


def test_what_is_in_the_repository_has_no_finding() -> None:
    assert findings(ROOT, lint=True) == []


@pytest.mark.parametrize("slip", SLIPS.values(), ids=list(SLIPS))
def test_a_slip_is_named(slip: Slip, copied: Path) -> None:
    path = copied / slip.file
    text = path.read_text(encoding="utf-8")
    assert slip.before in text
    path.write_text(text.replace(slip.before, slip.after, 1), encoding="utf-8")
    sentences = findings(copied, lint=slip.lint)
    assert any(all(part in sentence for part in slip.expected) for sentence in sentences), "\n".join(sentences)


def test_a_sub_process_that_is_called_with_less_than_elsewhere_is_the_callers_slip(copied: Path) -> None:
    path = copied / "bpmn/handling.bpmn"
    line = '<zeebe:input source="=lead_unit" target="unit" />'
    path.write_text(path.read_text(encoding="utf-8").replace(line, "", 1), encoding="utf-8")
    sentences = findings(copied)
    assert any("CallActivity_LeadHandling: 没有传入变量 unit" in sentence for sentence in sentences)


def test_one_broken_file_does_not_hide_what_is_wrong_in_another(copied: Path) -> None:
    (copied / "bpmn/alert.bpmn").write_text("<half", encoding="utf-8")
    path = copied / "bpmn/rating_outcome.dmn"
    path.write_text(path.read_text(encoding="utf-8").replace('"not_rated"', '"unrated"'), encoding="utf-8")
    sentences = findings(copied, lint=True)
    assert any(sentence.startswith("bpmn/alert.bpmn") for sentence in sentences)
    assert any("not_rated" in sentence for sentence in sentences)


def test_a_finding_gives_file_line_element_what_and_what_to_do(copied: Path) -> None:
    path = copied / "bpmn/alert.bpmn"
    path.write_text(
        path.read_text(encoding="utf-8").replace('type="raise_light"', 'type="rise_light"'), encoding="utf-8"
    )
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if 'id="Task_RaiseLight"' in text)
    assert findings(copied)[0] == (
        f"bpmn/alert.bpmn:{line}: Task_RaiseLight: 没有任务类型 rise_light，是不是想写“raise_light”；"
        "请选用元素模板；新的任务类型要先在 workers/ 里写好。"
    )


def test_rules_that_cannot_be_run_are_a_finding_and_not_silence() -> None:
    def without_network(_: Sequence[Path]) -> Sequence[designer_tools.Finding]:
        raise LauncherError("设计工具安装不成：没有网络。请检查网络后重试。")

    found = lint_findings([ROOT / "bpmn/alert.bpmn"], linter=without_network)
    assert [finding.what for finding in found] == ["绘图规则没有检查：设计工具安装不成：没有网络"]


def run(*arguments: str) -> int:
    parser = ArgumentParser()
    check.arguments(parser)
    return check.run(parser.parse_args(list(arguments)))


def test_a_draft_is_checked_in_place_of_the_model_of_its_name(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = copied / "bpmn/alert.bpmn"
    draft.write_text(draft.read_text(encoding="utf-8").replace('"raise_light"', '"rise_light"'), encoding="utf-8")
    assert run(str(draft), "--json") == 1
    *sentences, last = capsys.readouterr().out.splitlines()
    assert json.loads(last)["count"] == len(sentences)
    assert all(sentence.startswith(str(draft)) for sentence in sentences)


def test_one_sound_file_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(ROOT / "bpmn/alert.bpmn")) == 0
    assert "没有发现问题" in capsys.readouterr().out


@pytest.mark.parametrize("path", ["not_there.bpmn", "config.txt"])
def test_a_path_that_is_no_model_is_refused_with_a_sentence(path: str, tmp_path: Path) -> None:
    (tmp_path / "config.txt").write_text("x", encoding="utf-8")
    with pytest.raises(LauncherError, match="请"):
        run(str(tmp_path / path))


def test_the_known_messages_are_those_that_the_casebook_writes() -> None:
    told: set[str] = set()
    for path in (ROOT / "casebook").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "facts.Fact":
                told |= {ast.unparse(keyword.value) for keyword in node.keywords if keyword.arg == "name"}
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "_tell":
                told.add(ast.unparse(node.args[1]))
    assert {ast.literal_eval(name) for name in told if name.startswith("'")} == set(MESSAGES)


def test_the_facts_to_be_rated_are_those_that_gather_facts_can_give() -> None:
    source = ast.parse(Path(gather_facts.__file__).read_text(encoding="utf-8"))
    given: dict[str, set[str]] = {aspect: set() for aspect in FACTS}
    for function in ast.walk(source):
        if isinstance(function, ast.FunctionDef) and function.name.removeprefix("_") in FACTS:
            returns = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
            given[function.name.removeprefix("_")] = {text for value in returns for text in _texts(value)}
    given["satisfaction"] |= set(gather_facts.SATISFACTION.values())
    assert given == {aspect: set(facts) for aspect, facts in FACTS.items()}


def _texts(value: ast.expr) -> set[str]:
    if isinstance(value, ast.IfExp):
        return _texts(value.body) | _texts(value.orelse)
    return {value.value} if isinstance(value, ast.Constant) and isinstance(value.value, str) else set()
