// Asks the registry for advisories about what is installed; one that is high or critical fails. A registry that tells none, as
// mirrors do, is said so and fails nothing: there is nothing to be learned from it.
import { spawnSync } from 'node:child_process';

const { stdout } = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8', timeout: 120_000 });
const report = answerOf(stdout);
if (report?.metadata === undefined) {
  console.log(`not audited: the registry tells no advisories (${report?.message ?? 'it did not answer'})`);
} else {
  const grave = Object.values(report.vulnerabilities).filter(({ severity }) => ['high', 'critical'].includes(severity));
  for (const { name, severity, range } of grave) console.error(`${severity}: ${name} ${range}`);
  console.log(
    `${report.metadata.dependencies.total} packages audited, ${grave.length} with a high or critical advisory`,
  );
  if (grave.length > 0) process.exitCode = 1;
}

function answerOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
