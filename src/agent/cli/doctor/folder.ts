import { access, constants, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatSize } from '../../platforms/fields.ts';
import { bytes } from '#topics';
import { EXIT } from '../../lifecycle/exit-code.ts';
import { type Check, configOf, fail, ok, warn } from './check.ts';

/** Whether the database can be written, and has the room that `outbox.max_bytes` promises. */
export const folderCheck: Check = {
  name: 'database',
  exit: EXIT.cannot_create,
  run: async (patient) => {
    const outbox = configOf(patient)?.outbox;
    if (outbox === undefined) return [];
    const folder = dirname(outbox.path);
    try {
      await access(folder, constants.W_OK | constants.X_OK);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return [fail(`${folder} cannot be written: ${reason}`, 'create it for the user of pinbus, or set `outbox.path`')];
    }
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const mebibytes = formatSize(bytes(Math.floor(free / 2 ** 20) * 2 ** 20));
    if (free >= outbox.max_bytes) return [ok(`${folder} is writable, ${mebibytes} free`)];
    return [
      warn(
        `${folder} has ${mebibytes} free, less than outbox.max_bytes (${formatSize(outbox.max_bytes)})`,
        'free some space, or lower `outbox.max_bytes`',
      ),
    ];
  },
};
