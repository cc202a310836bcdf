import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
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

/** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH: what was not fsynced is gone, as when the power goes. */
const SHUTDOWN = `
import fcntl, os, struct, sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack("I", 2))
`;

/**
 * A disk whose power can be cut: ext4 on a loop device. When the power is back it is what it was at the cut, on a loop device of
 * its own: the kernel writes on while it lets go of the old one, which it may do late, and till then whoever mounts it again gets
 * what is shut down.
 */
export class CuttableDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'pinbus-power-'));
  readonly #image = `${this.folder}.img`;
  readonly #atCut = `${this.folder}.cut`;

  static make(mebibytes: number): CuttableDisk {
    const disk = new CuttableDisk();
    writeFileSync(disk.#image, '');
    truncateSync(disk.#image, mebibytes * 1024 * 1024);
    execFileSync('mkfs.ext4', ['-q', disk.#image], { stdio: 'pipe' });
    disk.#mount();
    return disk;
  }

  /** Cuts the power; what uses the disk gets errors from here on. */
  cut(): void {
    execFileSync('/usr/bin/python3', ['-c', SHUTDOWN, this.folder], { stdio: 'pipe' });
    execFileSync('cp', ['--sparse=always', this.#image, this.#atCut], { stdio: 'pipe' });
  }

  /** The power is back. Nothing may use the disk at the moment. */
  restore(): void {
    execFileSync('umount', ['-l', this.folder], { stdio: 'pipe' });
    renameSync(this.#atCut, this.#image);
    this.#mount();
  }

  remove(): void {
    try {
      execFileSync('umount', ['-l', this.folder], { stdio: 'pipe' });
    } finally {
      rmSync(this.folder, { recursive: true, force: true });
      for (const file of [this.#image, this.#atCut]) rmSync(file, { force: true });
    }
  }

  #mount(): void {
    execFileSync('mount', ['-o', 'loop', this.#image, this.folder], { stdio: 'pipe' });
  }
}

/** Why the power of a disk cannot be cut here; undefined: it can. */
export function whyNoPowerCut(): string | undefined {
  if (process.getuid?.() !== 0) return 'mounting a file system needs root';
  let disk: CuttableDisk | undefined;
  try {
    disk = CuttableDisk.make(16);
    disk.cut();
    return undefined;
  } catch (error) {
    return `no file system can be cut off here: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    disk?.remove();
  }
}
