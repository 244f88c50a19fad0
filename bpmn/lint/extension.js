/** The extension element of the given type on a node, or undefined. */
function extension(node, type) {
  const values = (node.extensionElements && node.extensionElements.values) || [];
  return values.find((value) => value.$type === type);
}

module.exports = { extension };
