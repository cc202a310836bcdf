// The real programs that the tests talk to, from Debian's packages.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

const succeeds = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

const PACKAGES = [
  { name: 'mosquitto', present: () => existsSync('/usr/sbin/mosquitto') },
  {
    name: 'mosquitto-clients',
    present: () => existsSync('/usr/bin/mosquitto_sub') && existsSync('/usr/bin/mosquitto_pub'),
  },
  { name: 'chromium', present: () => existsSync('/usr/bin/chromium') },
  { name: 'python3-paho-mqtt', present: () => succeeds('/usr/bin/python3', ['-c', 'import paho.mqtt.client']) },
];

/** Installs what is missing when root; else says what to install and ends the process. */
export function installMissing() {
  const missing = PACKAGES.filter((item) => !item.present()).map((item) => item.name);
  if (missing.length === 0) return;
  const install = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0 || !succeeds('apt-get', ['--version'])) {
    console.error(`The tests talk to real MQTT programs that are not here: ${missing.join(', ')}.`);
    console.error(`On Debian or Raspberry Pi OS: sudo ${install}`);
    process.exit(69);
  }
  console.log(`Installing what the tests talk to: ${missing.join(', ')}`);
  const installed = withoutServices(() => apt(['update', '-q']) && apt(install.split(' ').slice(1)));
  const still = PACKAGES.filter((item) => !item.present()).map((item) => item.name);
  if (installed && still.length === 0) return;
  console.error(`apt-get could not install ${still.join(', ')}; install it by hand: ${install}`);
  process.exit(69);
}

function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', ['-q', ...args], { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
}

/**
 * Debian starts a service that it installs, now and at each boot. A mosquitto on port 1883 would stand in pinbus's way, and
 * the tests only need the program.
 */
function withoutServices(work) {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  const hadMosquitto = existsSync('/usr/sbin/mosquitto');
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return work();
  } finally {
    if (ours) rmSync(policy);
    if (!hadMosquitto) succeeds('systemctl', ['disable', 'mosquitto']);
  }
}
