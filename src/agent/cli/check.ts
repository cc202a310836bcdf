import { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { ConfigError, type Problem } from '../config/problem.ts';
import { renderProblems } from '../config/render.ts';
import { plural } from '../config/wording.ts';
import { EXIT } from '../lifecycle/exit-code.ts';
import { Exit } from './exit.ts';
import type { Io } from './io.ts';

interface CheckOptions {
  readonly config?: string;
  readonly json?: true;
}

export const checkCommand = (io: Io): Command =>
  new Command('check')
    .description(
      'Checks a config without starting anything. Says everything that is wrong in one go; exits with 78 then.',
    )
    .option('-c, --config <file>', 'check this file instead of ./pinbus.yaml or /etc/pinbus/pinbus.yaml')
    .option('--json', 'print the result as one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  pinbus check                          ./pinbus.yaml, else /etc/pinbus/pinbus.yaml, else the demo
  pinbus check -c porch.yaml            a file of your own
  pinbus check --json | jq .problems    for an editor or a script
  pinbus check && systemctl reload pinbus`,
    )
    .action(async (options: CheckOptions) => {
      try {
        const { config, file, source } = await loadConfig({ file: options.config, env: io.env, cwd: io.cwd });
        const contents = count(config);
        if (options.json) print(io, { ok: true, file, source, ...contents, problems: [] });
        else io.stdout.write(`ok: ${describe(contents)}, in ${source === 'demo' ? 'the built-in demo' : file}\n`);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        if (options.json) print(io, { ok: false, problems: error.problems.map(toJson) });
        else io.stdout.write(renderProblems(error.problems, { colour: io.colour }));
        throw new Exit(EXIT.config);
      }
    });

const print = (io: Io, document: unknown): boolean => io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);

interface Contents {
  readonly node: string;
  readonly entities: number;
  readonly listeners: number;
  readonly users: number;
  readonly bridges: number;
}

const count = ({ node, entities, broker, bridges }: Config): Contents => ({
  node: node.id,
  entities: entities.length,
  listeners: broker.listeners.length,
  users: broker.users.length,
  bridges: bridges.length,
});

function describe({ node, entities, listeners, users, bridges }: Contents): string {
  return [
    `node ${node}`,
    plural(entities, 'entity'),
    plural(listeners, 'listener'),
    plural(users, 'user'),
    plural(bridges, 'bridge'),
  ].join(', ');
}

/** The shape that editors and scripts read: places as numbers, without the drawing. */
function toJson({ code, file, at, message, allowed, suggestion, related }: Problem) {
  return {
    code,
    file,
    line: at?.line,
    column: at?.column,
    message,
    allowed,
    suggestion,
    related: related.map((other) => ({ line: other.at.line, column: other.at.column, message: other.message })),
  };
}
