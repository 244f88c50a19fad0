// 调用活动：两个自动传递都关掉，绑定 deployment，输入逐个列出。
const { extension } = require('../extension');

module.exports = () => ({
  check(node, reporter) {
    if (node.$type !== 'bpmn:CallActivity') return;

    const called = extension(node, 'zeebe:CalledElement');
    if (!called) {
      reporter.report(node.id, '没有写明调用哪个流程。请选择被调用的流程。');
      return;
    }
    if (called.propagateAllChildVariables !== false || called.propagateAllParentVariables !== false) {
      reporter.report(node.id, '变量自动传递没有关闭。请关闭“传递全部变量”（输入和输出各一处），并逐个列出。');
    }
    if (called.bindingType !== 'deployment') {
      reporter.report(node.id, '被调用流程没有按“同一次部署”绑定。请把绑定方式设为 deployment。');
    }
    const mapping = extension(node, 'zeebe:IoMapping');
    if (!mapping || !(mapping.inputParameters || []).length) {
      reporter.report(node.id, '没有列出传入的变量。请在输入映射里逐个写明。');
    }
  }
});
