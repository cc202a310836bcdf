import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { type Client, type ClientOptions, connectClient, type ListenerOptions } from '#broker';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { AgentError } from '../errors.ts';
import type { Io } from './io.ts';
import { askSecret } from './prompt.ts';

/** The options of every command that talks to a broker, as commander gives them. */
export interface ConnectionOptions {
  readonly config?: string;
  readonly url?: string;
  readonly user?: string;
  readonly ca?: string;
  readonly mqttVersion: ClientOptions['version'];
}

export function addConnectionOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'connect to the first listener of this config')
    .option('--url <url>', 'connect to this broker instead, such as mqtt://porch.local:1883')
    .option('--user <name>', 'user; the password is asked for, or taken from PINBUS_PASSWORD')
    .option('--ca <file>', 'PEM of the authority that signed the certificate of the broker')
    .addOption(new Option('--mqtt-version <version>', 'protocol to speak').choices(['5', '3.1.1']).default('5'));
}

/** Connects as the options and the environment say; asks for a password where one is needed. */
export async function connect(io: Io, options: ConnectionOptions, signal?: AbortSignal): Promise<Client> {
  return connectClient(await clientOptions(io, options), signal);
}

/** Where and as whom to connect; with a password prompt, so ask once and keep it. */
export async function clientOptions(io: Io, options: ConnectionOptions): Promise<ClientOptions> {
  const { url, ca } = await endpoint(io, options);
  const authority = options.ca ?? ca;
  return {
    url,
    client_id: `pinbus-cli-${randomBytes(4).toString('hex')}`,
    version: options.mqttVersion,
    ...(authority === undefined ? {} : { ca: await readFile(inFolder(io.cwd, authority)) }),
    ...(options.user === undefined
      ? {}
      : {
          username: options.user,
          password: io.env['PINBUS_PASSWORD'] ?? (await askSecret(io, `Password of ${options.user}: `)),
        }),
  };
}

interface Endpoint {
  readonly url: string;
  readonly ca?: string | undefined;
}

async function endpoint(io: Io, options: ConnectionOptions): Promise<Endpoint> {
  if (options.url !== undefined) return { url: checkUrl(options.url) };
  const { config } = await loadConfig({ file: options.config, env: io.env, cwd: io.cwd });
  return listenerEndpoint(config);
}

/** The easiest way into a node on this machine: its first listener without TLS, else its first. */
export function listenerEndpoint(config: { readonly broker: Pick<Config['broker'], 'listeners'> }): Endpoint {
  const listeners = config.broker.listeners.filter(({ websocket }) => websocket !== true);
  const listener = listeners.find(({ tls }) => tls === undefined) ?? listeners[0];
  if (listener === undefined) throw new AgentError('CLI_USAGE', 'the config has no listener; name a broker with --url');
  return endpointOf(listener);
}

/** How a listener is reached from this machine. */
export function endpointOf(listener: ListenerOptions): Endpoint {
  const { tls, websocket, port } = listener;
  const scheme = `${websocket === true ? 'ws' : 'mqtt'}${tls === undefined ? '' : 's'}`;
  return { url: `${scheme}://${reachableHost(listener)}:${port}`, ca: tls?.cert };
}

/** A listener on every address is reached by the loopback. */
function reachableHost({ host }: ListenerOptions): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/** The URL as it was given, if it is one of a broker. A password in it would end up in the shell's history. */
export function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['mqtt:', 'mqtts:'].includes(url.protocol) || url.hostname === '') {
    throw new AgentError('CLI_USAGE', `--url must be mqtt://HOST[:PORT] or mqtts://HOST[:PORT], not ${text}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new AgentError('CLI_USAGE', '--url takes no user or password; use --user and PINBUS_PASSWORD');
  }
  return text;
}

function inFolder(folder: string, path: string): string {
  return isAbsolute(path) ? path : resolve(folder, path);
}
