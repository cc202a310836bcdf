// What the tests need from Debian's packages.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

const succeeds = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

const onPath = (name, program) => ({ name, present: () => succeeds('sh', ['-c', `command -v ${program}`]) });
const withFile = (name, file) => ({ name, present: () => existsSync(file) });

/** The real programs that the tests talk to. */
export const MQTT_PROGRAMS = [
  withFile('mosquitto', '/usr/sbin/mosquitto'),
  {
    name: 'mosquitto-clients',
    present: () => existsSync('/usr/bin/mosquitto_sub') && existsSync('/usr/bin/mosquitto_pub'),
  },
  onPath('strace', 'strace'),
  { name: 'chromium', present: () => existsSync('/usr/bin/chromium') },
  { name: 'python3-paho-mqtt', present: () => succeeds('/usr/bin/python3', ['-c', 'import paho.mqtt.client']) },
];

/** Brokers that are not mosquitto, for the faults at length. */
export const OTHER_BROKERS = [
  withFile('nats-server', '/usr/sbin/nats-server'),
  withFile('rabbitmq-server', '/usr/lib/rabbitmq/bin/rabbitmq-server'),
];

/** What the kernel with virtual pins starts with: a shell's tools that need no library. */
export const GUEST_TOOLS = [withFile('busybox-static', '/bin/busybox')];

export const KERNEL_SOURCE = '/usr/src/linux-source-6.12.tar.xz';
export const KERNEL_BUILD_TOOLS = [
  onPath('build-essential', 'gcc'),
  onPath('build-essential', 'make'),
  onPath('flex', 'flex'),
  onPath('bison', 'bison'),
  onPath('bc', 'bc'),
  onPath('xz-utils', 'xz'),
  withFile('linux-source-6.12', KERNEL_SOURCE),
];

/** An emulator of a Pi's processor, its C and C++ libraries, and a compiler for it. */
export const ARM64_TOOLS = [
  onPath('qemu-user-static', 'qemu-aarch64-static'),
  onPath('g++-aarch64-linux-gnu', 'aarch64-linux-gnu-g++'),
  withFile('libc6-arm64-cross', '/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1'),
  withFile('libstdc++6-arm64-cross', '/usr/aarch64-linux-gnu/lib/libstdc++.so.6'),
  withFile('libgcc-s1-arm64-cross', '/usr/aarch64-linux-gnu/lib/libgcc_s.so.1'),
];

/** Installs what is missing when root. Returns what to do by hand where that is not possible. */
export function installMissing(packages) {
  const missing = namesOfMissing(packages);
  if (missing.length === 0) return undefined;
  const install = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0 || !succeeds('apt-get', ['--version'])) {
    return `Missing: ${missing.join(', ')}. On Debian or Raspberry Pi OS: sudo ${install}`;
  }
  console.log(`Installing what the tests need: ${missing.join(', ')}`);
  const installed = withoutServices(() => apt(['update', '-q']) && apt(install.split(' ').slice(1)));
  const still = namesOfMissing(packages);
  if (installed && still.length === 0) return undefined;
  return `apt-get could not install ${still.join(', ')}; install it by hand: ${install}`;
}

const namesOfMissing = (packages) => [...new Set(packages.filter((item) => !item.present()).map((item) => item.name))];

function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', ['-q', ...args], { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
}

/** Programs that are services as well. */
const SERVICES = ['mosquitto', 'nats-server', 'rabbitmq-server'];

/**
 * Debian starts a service that it installs, now and at each boot. A mosquitto on port 1883 would stand in pinbus's way, and
 * the tests only need the program.
 */
function withoutServices(work) {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  const added = SERVICES.filter((service) => !existsSync(`/usr/sbin/${service}`));
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return work();
  } finally {
    if (ours) rmSync(policy);
    for (const service of added) succeeds('systemctl', ['disable', service]);
  }
}
