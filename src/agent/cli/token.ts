import { Command, Option } from 'commander';
import { Tokens } from '#broker';
import { loadConfig } from '../config/load.ts';
import { AgentError } from '../errors.ts';
import type { Io } from './io.ts';

const USER = /^[A-Za-z0-9_.@-]{1,64}$/;

interface IssueOptions {
  readonly config?: string;
  readonly json?: true;
}

export const tokenCommand = (io: Io): Command =>
  new Command('token')
    .description('Tokens that clients log in with in place of a password.')
    .addCommand(
      new Command('issue')
        .description('Print a first pair of tokens for a user, by the keys of the config.')
        .argument('<user>', 'name of the user; it may do what its acl in the config says')
        .addOption(new Option('-c, --config <file>', 'the config with the keys'))
        .option('--json', 'print them as one JSON document')
        .addHelpText(
          'after',
          '\nExamples:\n  pinbus token issue kitchen\n  pinbus token issue kitchen --json -c /etc/pinbus/pinbus.yaml',
        )
        .action(async (user: string, options: IssueOptions) => {
          if (!USER.test(user)) throw new AgentError('CLI_USAGE', `${JSON.stringify(user)} is no name of a user`);
          const { config } = await loadConfig({ file: options.config, env: io.env, cwd: io.cwd });
          const { tokens, users } = config.broker;
          if (tokens === undefined) throw new AgentError('CLI_USAGE', 'the config has no `broker.tokens`');
          if (!users.some(({ name }) => name === user)) {
            throw new AgentError('CLI_USAGE', `the config has no user ${user}, so nobody knows what it may do`);
          }
          const pair = await (await Tokens.load(tokens)).issue({ user });
          if (options.json) return void io.stdout.write(`${JSON.stringify(pair)}\n`);
          io.stdout.write(
            `id       ${pair.id}\naccess   ${pair.access_token}\nrefresh  ${pair.refresh_token}\n\nThe access token is the password of ${user} for ${pair.expires_in_s} s; the refresh token makes the next pair by call/auth.refresh.\n`,
          );
        }),
    )
    .addHelpText('after', '\nExamples:\n  pinbus token issue kitchen\n  pinbus token issue kitchen --json');
