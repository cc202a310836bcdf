import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why a disk of one's own cannot be had here; undefined: it can. */
export function whyNoDisk(): string | undefined {
  if (process.getuid?.() !== 0) return 'mounting a file system needs root';
  try {
    SmallDisk.make(1).remove();
    return undefined;
  } catch (error) {
    return `no file system can be mounted here: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A small file system in memory, that fills up for real. */
export class SmallDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'pinbus-disk-'));

  static make(mebibytes: number): SmallDisk {
    const disk = new SmallDisk();
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'pinbus-test', disk.folder], { stdio: 'pipe' });
    return disk;
  }

  get free_bytes(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }

  /** Takes all that is free but so many bytes, as logs and backups do. */
  fill(but = 0): void {
    writeFileSync(join(this.folder, 'backup'), Buffer.alloc(Math.max(0, this.free_bytes - but)));
  }

  /** Removes what filled it. */
  clear(): void {
    truncateSync(join(this.folder, 'backup'), 0);
  }

  remove(): void {
    try {
      execFileSync('umount', ['-l', this.folder], { stdio: 'pipe' });
    } finally {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }
}
