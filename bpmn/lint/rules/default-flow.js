// 排他网关分支：有一条默认流，其余每条都有条件；默认流应走向有人看的一边。
module.exports = () => ({
  check(node, reporter) {
    if (node.$type !== 'bpmn:ExclusiveGateway') return;

    const outgoing = node.outgoing || [];
    if (outgoing.length < 2) return;

    if (!node.default) {
      reporter.report(node.id, '没有默认流。请把最稳妥的一条（交给人的）设为默认。');
    }
    for (const flow of outgoing) {
      if (!flow.name) reporter.report(flow.id, '网关的出线没有名称。请写上对问题的回答。');
      if (flow === node.default && flow.conditionExpression) {
        reporter.report(flow.id, '默认流不应有条件。请删去条件。');
      }
    }
  }
});
