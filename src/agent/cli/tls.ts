import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { AgentError } from '../errors.ts';
import type { Io } from './io.ts';
import { makeAuthority, makeClientCertificate, makeServerCertificate } from './tls/authority.ts';
import { CertificateFolder } from './tls/files.ts';
import { checkHost, hostsOf, ownHosts } from './tls/hosts.ts';
import type { KeyPair } from './tls/openssl.ts';

/** As a user is called in the config: it is what a client's certificate says it is. */
const USER = /^[A-Za-z0-9_.@-]{1,64}$/;
const RESERVED = new Set(['ca', 'server']);

interface Options {
  readonly dir: string;
  readonly host?: readonly string[];
}

const collect = (host: string, before: readonly string[] = []): string[] => [...before, checkHost(host)];

export const tlsCommand = (io: Io): Command => {
  const folderOf = ({ dir }: Options): CertificateFolder => new CertificateFolder(resolve(io.cwd, dir));
  const say = (text: string): void => void io.stdout.write(text);
  return new Command('tls')
    .description('Certificates for the broker and its clients, signed by an authority of your own house.')
    .addCommand(
      withFolder('init')
        .description('Make an authority, unless there is one, and a certificate for this broker.')
        .option('--host <name>', 'name or address that clients connect to; may be given again', collect)
        .action(async (options: Options) => {
          const folder = folderOf(options);
          const authority = (await folder.read('ca')) ?? (await newAuthority(folder));
          await folder.create('server', await makeServerCertificate(authority, options.host ?? ownHosts()));
          say(serverYaml(options.dir));
        }),
    )
    .addCommand(
      withFolder('renew')
        .description('Put a new certificate for this broker in the place of the old one, for the same names.')
        .option('--host <name>', 'other names than those of the old one; may be given again', collect)
        .action(async (options: Options) => {
          const folder = folderOf(options);
          const authority = await needed(folder, 'ca');
          const hosts = options.host ?? hostsOf((await needed(folder, 'server')).cert);
          await folder.replace('server', await makeServerCertificate(authority, hosts));
          say(`for ${hosts.join(', ')}\nA running node takes it by SIGHUP, or by: pinbus call config.reload\n`);
        }),
    )
    .addCommand(
      withFolder('client')
        .description('Make a certificate by which a client comes in as a user, without a password.')
        .argument('<user>', 'name of the user')
        .action(async (user: string, options: Options) => {
          if (!USER.test(user) || RESERVED.has(user)) {
            throw new AgentError('CLI_USAGE', `${JSON.stringify(user)} is no name for a user with a certificate`);
          }
          const folder = folderOf(options);
          await folder.create(user, await makeClientCertificate(await needed(folder, 'ca'), user));
          say(clientYaml(user, options.dir));
        }),
    )
    .addHelpText(
      'after',
      `
Examples:
  pinbus tls init                                     for the names and addresses of this machine
  pinbus tls init --host mqtt.home.arpa --host 192.168.1.5
  pinbus tls client kitchen
  pinbus tls renew`,
    );
};

const withFolder = (name: string): Command =>
  new Command(name).option('--dir <folder>', 'folder of the certificates', 'tls').addHelpText(
    'after',
    `
Examples:
  pinbus tls ${name}${name === 'client' ? ' kitchen' : ''} --dir /etc/pinbus/tls`,
  );

async function newAuthority(folder: CertificateFolder): Promise<KeyPair> {
  const name = hostname()
    .replaceAll(/[^A-Za-z0-9-]/g, '')
    .slice(0, 32);
  const authority = await makeAuthority(`pinbus home authority ${name}`);
  await folder.create('ca', authority);
  return authority;
}

async function needed(folder: CertificateFolder, name: string): Promise<KeyPair> {
  const pair = await folder.read(name);
  if (pair !== undefined) return pair;
  throw new AgentError('CLI_USAGE', `${folder.file(`${name}.crt`)} is not there: first run pinbus tls init`);
}

const serverYaml = (dir: string): string => `broker:
  listeners:
    - port: 8883
      host: 0.0.0.0
      tls: { cert: ${JSON.stringify(`${dir}/server.crt`)}, key: ${JSON.stringify(`${dir}/server.key`)} }

# Clients trust it by ${dir}/ca.crt: on a phone, open that file and install it as a CA certificate (iOS: then trust it in
# Settings, General, About, Certificate Trust Settings). Keep ${dir}/ca.key to yourself: whoever has it can be this broker.
`;

const clientYaml = (user: string, dir: string): string => `broker:
  listeners:
    - port: 8883
      host: 0.0.0.0
      tls:
        cert: ${JSON.stringify(`${dir}/server.crt`)}
        key: ${JSON.stringify(`${dir}/server.key`)}
        ca: ${JSON.stringify(`${dir}/ca.crt`)}
        user_from_certificate: true
  users:
    - { name: ${JSON.stringify(user)}, acl: [{ template: device }] }

# The client gets ${dir}/${user}.crt, ${dir}/${user}.key and ${dir}/ca.crt.
`;
