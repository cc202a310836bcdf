import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { ACL_TEMPLATES, type AclTemplate, hashPassword } from '#broker';
import { AgentError } from '../errors.ts';
import { type Io, keyboardOf } from './io.ts';
import { askSecret } from './prompt.ts';

/** A user's name as the config takes it: no spaces, no quotes, so that it stands in YAML as it is. */
const NAME = /^[A-Za-z0-9_.@-]{1,64}$/;

interface AddOptions {
  readonly file?: string;
  readonly template: AclTemplate;
}

export const userCommand = (io: Io): Command =>
  new Command('user')
    .description('Users of the broker. A password is asked for, never given as an argument; only its hash is kept.')
    .addCommand(addCommand(io))
    .addCommand(hashCommand(io))
    .addHelpText(
      'after',
      `
Examples:
  pinbus user add homeassistant                       prints the lines for the config
  pinbus user add tablet --template readonly          for one that only looks
  pinbus user add me --file me.hash                   the hash goes into a file of its own
  pinbus user hash                                    the hash alone
  pinbus user hash < password.txt                     from a file`,
    );

const addCommand = (io: Io): Command =>
  new Command('add')
    .description('Ask for a password twice and print the lines of the config for a user.')
    .argument('<name>', 'name that the client logs in with')
    .option('--file <file>', 'write the hash to this new file, readable by its owner alone')
    .addOption(
      new Option('--template <kind>', 'kind of client whose rights the user has')
        .choices(ACL_TEMPLATES)
        .default('homeassistant'),
    )
    .addHelpText(
      'after',
      `
Examples:
  pinbus user add homeassistant
  pinbus user add nodered --template node-red --file /etc/pinbus/nodered.hash`,
    )
    .action(async (name: string, { file, template }: AddOptions) => {
      if (!NAME.test(name)) {
        throw new AgentError(
          'CLI_USAGE',
          `a user's name has 1 to 64 of the characters A-Z a-z 0-9 _ . @ -, not ${name}`,
        );
      }
      const hash = await hashPassword(await newPassword(io, `Password for ${name}: `));
      if (file !== undefined) await writeHash(resolve(io.cwd, file), hash);
      io.stdout.write(userYaml(name, file === undefined ? hash : `!file ${file}`, template));
    });

const hashCommand = (io: Io): Command =>
  new Command('hash')
    .description('Ask for a password and print its hash.')
    .addHelpText(
      'after',
      `
Examples:
  pinbus user hash
  pinbus user hash < password.txt > ha.hash`,
    )
    .action(async () => {
      io.stdout.write(`${await hashPassword(await newPassword(io, 'Password: '))}\n`);
    });

/** The part of the config that makes a user known; `password` is a hash or a `!file` tag. */
function userYaml(name: string, password: string, template: AclTemplate): string {
  return `broker:
  users:
    - name: ${JSON.stringify(name)}
      password: ${password}
      acl: [{ template: ${template} }]
`;
}

async function newPassword(io: Io, question: string): Promise<string> {
  const password = await askSecret(io, question);
  if (password === '') throw new AgentError('CLI_USAGE', 'the password is empty');
  if (keyboardOf(io) !== undefined && (await askSecret(io, 'The same again: ')) !== password) {
    throw new AgentError('CLI_USAGE', 'the two passwords are not the same');
  }
  return password;
}

async function writeHash(path: string, hash: string): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(`${hash}\n`);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new AgentError('CLI_FILE_EXISTS', `${path} exists already`, { cause: error });
    }
    throw error;
  }
}
