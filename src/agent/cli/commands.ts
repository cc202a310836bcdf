import type { Command } from 'commander';
import type { Io } from './io.ts';

/** A command as `pinbus --help` lists it. Its module is loaded when it is the one that was asked for. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<(io: Io) => Command>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'start',
    summary: 'run the node: broker, pins, Home Assistant, bridges',
    load: async () => (await import('./start.ts')).startCommand,
  },
  {
    name: 'check',
    summary: 'check the config and say what is wrong in it',
    load: async () => (await import('./check.ts')).checkCommand,
  },
  {
    name: 'topics',
    summary: 'list every topic and Home Assistant entity of a config',
    load: async () => (await import('./topics.ts')).topicsCommand,
  },
  {
    name: 'monitor',
    summary: 'watch a node live and switch things',
    load: async () => (await import('./monitor.ts')).monitorCommand,
  },
  {
    name: 'pub',
    summary: 'publish a message',
    load: async () => (await import('./pub.ts')).pubCommand,
  },
  {
    name: 'sub',
    summary: 'print messages as they come',
    load: async () => (await import('./sub.ts')).subCommand,
  },
  {
    name: 'call',
    summary: 'ask the node something: info, health, entities, log.level, ...',
    load: async () => (await import('./call.ts')).callCommand,
  },
  {
    name: 'sim',
    summary: 'move the simulated pins',
    load: async () => (await import('./sim.ts')).simCommand,
  },
  {
    name: 'outbox',
    summary: 'what waits for the upstreams, and what they refused',
    load: async () => (await import('./outbox.ts')).outboxCommand,
  },
  {
    name: 'history',
    summary: 'what an entity did and measured, as a list or drawn',
    load: async () => (await import('./history.ts')).historyCommand,
  },
  {
    name: 'user',
    summary: "hash passwords for the broker's users",
    load: async () => (await import('./user.ts')).userCommand,
  },
  {
    name: 'token',
    summary: 'issue tokens that clients log in with',
    load: async () => (await import('./token.ts')).tokenCommand,
  },
  {
    name: 'tls',
    summary: 'make certificates for the broker and its clients',
    load: async () => (await import('./tls.ts')).tlsCommand,
  },
  {
    name: 'doctor',
    summary: 'look for what would keep a node from working',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  {
    name: 'completion',
    summary: 'print completions for bash, zsh or fish',
    load: async () => (await import('./completion.ts')).completionCommand,
  },
];
