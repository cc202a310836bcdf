/** @typedef {{ passed: number, failed: number, skipped: { name: string, reason: string }[] }} Summary */

/** @type {Summary} */
export const NO_REPORT = { passed: 0, failed: 1, skipped: [] };

/**
 * Counts a report of vitest's JSON reporter. What fails outside of a test (a file that doesn't load, an unhandled error)
 * is a failure too.
 *
 * @param {{ testResults: { name: string, status: string, assertionResults: { status: string, fullName: string, meta?: { skipped?: string } }[] }[] }} report
 * @param {number} status exit code of vitest
 * @returns {Summary}
 */
export function summarize(report, status) {
  const files = report.testResults;
  const tests = files.flatMap((file) => file.assertionResults);
  const passed = tests.filter((test) => test.status === 'passed').length;
  const failedTests = tests.filter((test) => test.status === 'failed').length;
  const brokenFiles = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = failedTests + brokenFiles;
  const skipped = tests
    .filter((test) => !['passed', 'failed'].includes(test.status))
    .map((test) => ({ name: test.fullName, reason: test.meta?.skipped ?? test.status }));
  return { passed, failed: failed === 0 && status !== 0 ? 1 : failed, skipped };
}
