// 一张图最多二十个节点，再多就看不清：拆成调用活动。事件子流程的外框不是一步，不算。
const MOST = 20;

function count(container) {
  return (container.flowElements || [])
    .filter((element) => element.$instanceOf('bpmn:FlowNode'))
    .reduce((sum, element) => sum + (element.triggeredByEvent ? 0 : 1) + count(element), 0);
}

module.exports = () => ({
  check(node, reporter) {
    if (node.$type === 'bpmn:Process' && count(node) > MOST) {
      reporter.report(node.id, `有 ${count(node)} 个节点，最多 ${MOST} 个。请把一段拆成单独的流程，用调用活动引用。`);
    }
  }
});
