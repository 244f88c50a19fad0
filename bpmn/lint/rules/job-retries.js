// 服务任务：作业类型是英文小写下划线，重试三次。
const { extension } = require('../extension');

module.exports = () => ({
  check(node, reporter) {
    if (node.$type !== 'bpmn:ServiceTask') return;

    const definition = extension(node, 'zeebe:TaskDefinition');
    if (!definition || !/^[a-z]+(_[a-z]+)*$/.test(definition.type || '')) {
      reporter.report(node.id, '没有作业类型，或写法不对。请选用元素模板，或写成 send_sms 这样的名称。');
    } else if (definition.retries !== '3') {
      reporter.report(node.id, '重试次数应为 3。请在“任务定义”里写 3。');
    }
  }
});
