module.exports = {
  configs: {
    recommended: {
      rules: {
        'call-signature': 'error',
        'decision-binding': 'error',
        'default-flow': 'error',
        'id-prefix': 'error',
        'job-retries': 'error',
        names: 'error',
        purpose: 'error',
        size: 'error'
      }
    }
  }
};
