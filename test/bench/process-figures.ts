import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Resident memory in bytes. */
export function residentBytes(pid: number): number {
  const found = /^VmRSS:\s+(?<kilobytes>\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.groups?.['kilobytes']) * 1024;
}

/** The part of one core that a process takes, 0 to 1, over a while. */
export async function cpuShare(pid: number, over_ms: number): Promise<number> {
  const ticks_per_s = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  const began = performance.now();
  const before = cpuTicks(pid);
  await wait(over_ms);
  const seconds = (performance.now() - began) / 1_000;
  return (cpuTicks(pid) - before) / ticks_per_s / seconds;
}

/** User and system time: fields 14 and 15 of proc_pid_stat(5), counted after the name, which may have spaces. */
function cpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

/**
 * What the threads of a process had of the processors so far, to the nanosecond: /proc/<pid>/task/<tid>/schedstat, which not every
 * kernel keeps.
 */
export function cpuSeconds(pid: number): number {
  const folder = `/proc/${pid}/task`;
  const spent_ns = readdirSync(folder).map((thread) => {
    const [on_cpu_ns = ''] = readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ');
    return Number(on_cpu_ns);
  });
  return spent_ns.reduce((sum, each) => sum + each, 0) / 1e9;
}

/** Bytes that a process sent to the disk since it began: proc_pid_io(5). */
export function writtenBytes(pid: number): number {
  const found = /^write_bytes: (?<bytes>\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'));
  return Number(found?.groups?.['bytes']);
}
