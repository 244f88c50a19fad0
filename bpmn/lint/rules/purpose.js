// 每个流程在开始处有一段注释：触发、参与、圆满结局。
module.exports = () => ({
  check(node, reporter) {
    if (node.$type !== 'bpmn:Process') return;

    const artifacts = node.artifacts || [];
    const starts = (node.flowElements || []).filter((element) => element.$type === 'bpmn:StartEvent');
    const noted = artifacts.some((association) =>
      association.$type === 'bpmn:Association' &&
      starts.includes(association.sourceRef) &&
      ['触发：', '参与：', '圆满结局：'].every((word) => ((association.targetRef || {}).text || '').includes(word)));
    if (!noted) {
      reporter.report(node.id, '开始处没有说明。请加注释，写明“触发：”“参与：”“圆满结局：”，并连到开始事件。');
    }
  }
});
