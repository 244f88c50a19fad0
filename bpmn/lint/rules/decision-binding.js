// 业务规则任务：绑定 deployment，结果变量写明。
const { extension } = require('../extension');

module.exports = () => ({
  check(node, reporter) {
    if (node.$type !== 'bpmn:BusinessRuleTask') return;

    const called = extension(node, 'zeebe:CalledDecision');
    if (!called || !called.decisionId || !called.resultVariable) {
      reporter.report(node.id, '没有写明决策表或结果变量。请在“被调用的决策”里补上。');
    } else if (called.bindingType !== 'deployment') {
      reporter.report(node.id, '决策表没有按“同一次部署”绑定。请把绑定方式设为 deployment。');
    }
  }
});
