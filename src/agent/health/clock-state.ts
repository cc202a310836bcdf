import { access } from 'node:fs/promises';

/** systemd-timesyncd's folder, and the file that it makes there when the clock was set from the network. */
const FOLDER = '/run/systemd/timesync';

/** Whether the wall clock is right; undefined where nobody says so, as with another time service. */
export async function clockSynchronised(folder: string = FOLDER): Promise<boolean | undefined> {
  if (await exists(`${folder}/synchronized`)) return true;
  return (await exists(folder)) ? false : undefined;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
