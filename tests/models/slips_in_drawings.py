"""What a designer may break in a process."""

from tests.models.slip import Slip

IN_DRAWINGS = {
    "a file that is cut off": Slip(
        file="bpmn/alert.bpmn", before="</bpmn:definitions>", after="", expected=("bpmn/alert.bpmn", "残缺")
    ),
    "a process renamed by accident": Slip(
        file="bpmn/alert.bpmn", before='id="alert"', after='id="allert"', expected=("allert", "文件名“alert”", "不一致")
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
        file="bpmn/co_handling.bpmn",
        before='="co_handling"\' target="kind"',
        after='="cohandling"\' target="kind"',
        expected=("CallActivity_CoWork", "没有工单种类 cohandling", "“co_handling”"),
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
        expected=("CallActivity_TotalClock", "变量自动传递没有关闭"),
    ),
    "a limit that nobody set": Slip(
        file="bpmn/return_review.bpmn",
        before='''="arbitration"' target="limit"''',
        after='''="arbitrations"' target="limit"''',
        expected=("time_limit", "时限 arbitrations 缺少 A 级 normal"),
    ),
}
