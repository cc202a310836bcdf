import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const UNIT = fileURLToPath(new URL('../../../systemd/pinbus.service', import.meta.url));
const analyze = (...args: readonly string[]) => spawnSync('systemd-analyze', args, { encoding: 'utf8' });
const missing = analyze('--version').error !== undefined;

describe.skipIf(missing)('the systemd unit', () => {
  it('has no line that systemd does not understand', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pinbus-unit-'));
    try {
      // The paths of an installation are not on this machine; all else is checked as it is.
      const unit = join(folder, 'pinbus.service');
      writeFileSync(unit, readFileSync(UNIT, 'utf8').replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath}`));
      const { status, stderr } = analyze('verify', '--recursive-errors=yes', unit);
      expect(stderr).toBe('');
      expect(status).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('leaves no more open than a node needs', () => {
    const { status, stdout } = analyze('security', '--offline=true', '--threshold=18', UNIT);
    expect(stdout).toContain('Overall exposure level');
    expect(status).toBe(0);
  });
});

describe('the systemd unit', () => {
  const unit = readFileSync(UNIT, 'utf8');

  it('has a user of its own, which can read the config that the guide installs', () => {
    expect(unit).toContain('\nDynamicUser=yes\n');
    const guide = readFileSync(fileURLToPath(new URL('../../../systemd/README.md', import.meta.url)), 'utf8');
    expect(guide).toMatch(/install -D -m 644 \S+ \/etc\/pinbus\/pinbus\.yaml/);
  });

  it.each([
    ['does not start again what a person has to change', 'RestartPreventExitStatus=78'],
    ['lets V8 have memory protection keys', 'SystemCallFilter=@system-service @pkey'],
    ['is ready when the node says so', 'Type=notify'],
    ['reloads by SIGHUP', 'ExecReload=/bin/kill -HUP $MAINPID'],
    ['is watched', 'WatchdogSec=30s'],
    ['keeps its state', 'StateDirectory=pinbus'],
  ])('%s', (_promise, line) => {
    expect(unit.split('\n')).toContain(line);
  });
});
