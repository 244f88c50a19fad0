// 元素编号：前缀说明种类，后面是大驼峰的英文含义；不留自动生成的编号。
const PREFIXES = [
  ['bpmn:CallActivity', 'CallActivity_'],
  ['bpmn:SubProcess', 'SubProcess_'],
  ['bpmn:Task', 'Task_'],
  ['bpmn:Gateway', 'Gateway_'],
  ['bpmn:StartEvent', 'StartEvent_'],
  ['bpmn:EndEvent', 'EndEvent_'],
  ['bpmn:BoundaryEvent', 'BoundaryEvent_'],
  ['bpmn:IntermediateCatchEvent', 'CatchEvent_'],
  ['bpmn:IntermediateThrowEvent', 'ThrowEvent_'],
  ['bpmn:SequenceFlow', 'Flow_'],
  ['bpmn:Message', 'Message_'],
  ['bpmn:Error', 'Error_']
];
const MEANING = /^([A-Z][a-z]+)+$/;

module.exports = () => ({
  check(node, reporter) {
    const known = PREFIXES.find(([type]) => node.$instanceOf && node.$instanceOf(type));
    if (!known) return;

    const [, prefix] = known;
    const id = node.id || '';
    if (!id.startsWith(prefix)) {
      reporter.report(node.id, `编号应以 ${prefix} 开头。请改编号（只限尚未发布的元素）。`);
    } else if (!MEANING.test(id.slice(prefix.length))) {
      reporter.report(node.id, `编号 ${id} 看不出含义。请用英文大驼峰写明含义，例如 ${prefix}PlanDeadlines。`);
    }
  }
});
