// 名称：任务、事件、分支网关有中文名称，分支网关是问句；并行、汇合与事件网关不写名称。
const CHINESE = /[\u4e00-\u9fff]/;

function named(node) {
  return ['bpmn:Activity', 'bpmn:Event'].some((type) => node.$instanceOf(type));
}

module.exports = () => ({
  check(node, reporter) {
    if (!node.$instanceOf || !node.$instanceOf('bpmn:FlowNode')) return;

    const name = node.name || '';
    if (named(node) && !CHINESE.test(name)) {
      reporter.report(node.id, '没有中文名称。任务写“动词+对象”，事件写“到了什么状态”。');
    }
    if (!node.$instanceOf('bpmn:Gateway')) return;

    const asks = node.$type === 'bpmn:ExclusiveGateway' && (node.outgoing || []).length > 1;
    if (asks && !(CHINESE.test(name) && name.endsWith('？'))) {
      reporter.report(node.id, '分支网关应是一个中文问句，以“？”结尾。');
    }
    if (!asks && name) {
      reporter.report(node.id, '并行、汇合与事件网关不写名称。请删去名称。');
    }
  }
});
