// `npm test`: what the tests need is there, the program is built, every test runs, and the last line counts them.
// Arguments go to vitest: `npm test -- test/unit/topics`. What is in test/kernel runs in a kernel with virtual pins.
import { installMissing, MQTT_PROGRAMS } from './debian-packages.mjs';
import { prepareKernel, runInKernel } from './kernel.mjs';
import { broken, conclude, run, summaryOf, vitest } from './vitest.mjs';

const wanted = process.argv.slice(2);
const forKernel = wanted.filter((argument) => argument.startsWith('test/kernel'));
const forHost = wanted.filter((argument) => !forKernel.includes(argument));

function onHost() {
  const missing = installMissing(MQTT_PROGRAMS);
  if (missing !== undefined) {
    console.error(`The tests talk to real MQTT programs. ${missing}`);
    process.exit(69);
  }
  return vitest(['--project', 'parts', '--project', 'whole', ...forHost]);
}

function inKernel() {
  const kernel = prepareKernel();
  if ('broken' in kernel) return broken(kernel.broken);
  if ('missing' in kernel) {
    // Who asks for these tests alone shall not take their absence for a success.
    const failed = forKernel.length > 0 ? 1 : 0;
    return { passed: 0, failed, skipped: [{ name: 'test/kernel, all of it', reason: kernel.missing }] };
  }
  return summaryOf((file, reporters, folder) => {
    // Nothing but /mnt, which is the folder, can be written to in there, so vitest must not write its config down as it reads it.
    const started = ['node_modules/vitest/vitest.mjs', 'run', '--configLoader', 'runner', '--project', 'kernel'];
    const env = ['env', `PINBUS_TEST_SUMMARY=${file.replace(folder, '/mnt')}`];
    return runInKernel(kernel.linux, folder, [...env, process.execPath, ...started, ...reporters, ...forKernel]);
  });
}

function all() {
  if (run('npm', ['run', 'build', '--silent']) !== 0) return [broken('the program does not build')];
  return [
    ...(forKernel.length === 0 || forHost.length > 0 ? [onHost()] : []),
    ...(forHost.length === 0 ? [inKernel()] : []),
  ];
}

conclude(all());
