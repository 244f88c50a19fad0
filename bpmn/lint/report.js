// Lints the files named on the command line (working folder: bpmn/) and prints one JSON array of findings:
// [{file, id, rule, category, message}]. The exit code is 0 whenever every file could be looked at.
const { readFileSync } = require('node:fs');

const { BpmnModdle } = require('bpmn-moddle');
const Linter = require('bpmnlint/lib/linter');
const NodeResolver = require('bpmnlint/lib/resolver/node-resolver');

const config = JSON.parse(readFileSync('.bpmnlintrc', 'utf-8'));
const extensions = Object.fromEntries(
  Object.entries(config.moddleExtensions).map(([prefix, path]) => [prefix, require(path)])
);

function finding(file, rule, report) {
  return { file, id: report.id || '', rule, category: report.category || 'error', message: report.message };
}

async function findings(file) {
  let root, warnings;
  try {
    ({ rootElement: root, warnings } = await new BpmnModdle(extensions).fromXML(readFileSync(file, 'utf-8')));
  } catch (error) {
    return [finding(file, 'readable', { message: error.message.split('\n')[0] })];
  }
  const linter = new Linter({ config, resolver: new NodeResolver() });
  const results = await linter.lint(root);
  return [
    ...warnings.map((warning) => finding(file, 'readable', { message: warning.message.split('\n')[0] })),
    ...Object.entries(results).flatMap(([rule, reports]) => reports.map((report) => finding(file, rule, report)))
  ];
}

Promise.all(process.argv.slice(2).map(findings)).then((all) => {
  console.log(JSON.stringify(all.flat()));
});
