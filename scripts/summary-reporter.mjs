import { writeFileSync } from 'node:fs';

/**
 * Counts a run of vitest for `npm test`, into the file that PINBUS_TEST_SUMMARY names. What fails outside of a test (a
 * file that does not load, an error that nobody caught) is a failure too.
 */
export default class SummaryReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} uncaught
   */
  onTestRunEnd(modules, uncaught) {
    const all = (state) => modules.flatMap((module) => [...module.children.allTests(state)]);
    const broken = modules.flatMap((module) => module.errors()).length;
    const skipped = all('skipped').map((test) => {
      const result = test.result();
      const note = result.state === 'skipped' ? result.note : undefined;
      return { name: test.fullName, reason: note ?? 'what it needs is not on this machine' };
    });
    const summary = {
      passed: all('passed').length,
      failed: all('failed').length + broken + uncaught.length,
      skipped,
    };
    writeFileSync(process.env['PINBUS_TEST_SUMMARY'] ?? 'summary.json', JSON.stringify(summary));
  }
}
