import { ConfigError } from '../../config/problem.ts';
import { plural } from '../../config/wording.ts';
import { EXIT } from '../../lifecycle/exit-code.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** Whether there is a config, whose it is, and whether it is right. */
export const configCheck: Check = {
  name: 'config',
  exit: EXIT.config,
  run: async ({ loaded }) => {
    if (loaded instanceof ConfigError) return [fail(loaded.message, loaded.remedy)];
    const { entities, bridges } = loaded.config;
    const content = `${plural(entities.length, 'entity')}, ${plural(bridges.length, 'bridge')}`;
    if (loaded.source === 'file') return [ok(`${loaded.file}: ${content}`)];
    return [
      warn(
        `no pinbus.yaml here or in /etc/pinbus: the built-in demo, ${content}`,
        'write a pinbus.yaml, or name one with `-c FILE`',
      ),
    ];
  },
};
