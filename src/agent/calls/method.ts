import type { Bridges, Broker, DeadLetters, Outbox, Recorder } from '#broker';
import type { Health, JsonObject, NodeInfo, ReplyAddress } from '#topics';
import type { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { LogLevel } from '../config/config.ts';
import { AgentError } from '../errors.ts';
import type { EntityDescription } from './entities.ts';

/** One thing that can be asked of a node. To add one: a file beside this one and a line in `methods.ts`. */
export interface Method {
  /** What stands behind `call/`. */
  readonly name: string;
  /** One line for `pinbus topics`. */
  readonly summary: string;
  /**
   * The answer, which can become JSON. Throws AGENT_CALL_PARAMS_INVALID, and any PinbusError: its code and remedy are the
   * answer then.
   */
  call(params: JsonObject, node: CallableNode, reply: ReplyAddress): unknown;
}

interface Definition<P> {
  readonly name: string;
  readonly summary: string;
  readonly params: z.ZodType<P>;
  readonly run: (params: P, node: CallableNode, reply: ReplyAddress) => unknown;
}

/** A method whose `run` gets only what its schema takes. */
export function method<P>({ name, summary, params, run }: Definition<P>): Method {
  return {
    name,
    summary,
    call: (given, node, reply) => {
      const parsed = params.safeParse(given);
      if (parsed.success) return run(parsed.data, node, reply);
      throw new AgentError('AGENT_CALL_PARAMS_INVALID', `${name}: ${complaint(parsed.error)}`);
    },
  };
}

function complaint(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
    .join('; ');
}

/** The node as its methods see it. */
export interface CallableNode {
  info(): NodeInfo;
  health(): Promise<Health>;
  entities(): readonly EntityDescription[];
  readonly broker: Pick<Broker, 'clients' | 'kick' | 'refreshToken' | 'revokeToken'>;
  readonly outbox: Pick<Outbox, 'status' | 'owed'>;
  readonly bridges: Pick<Bridges, 'status'>;
  readonly deadLetters: Pick<DeadLetters, 'count' | 'list' | 'show' | 'retry' | 'delete'>;
  readonly recorder: Pick<Recorder, 'page' | 'buckets'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Reads the config's file again and says what is wrong with it, without taking it on. */
  checkConfig(): Promise<ConfigVerdict>;
  /** Reads the config's file again and takes on what changed. */
  reload(): Promise<unknown>;
  readonly log: { readonly level: string; setLevel(level: LogLevel): void };
}

export interface ConfigVerdict {
  readonly file: string;
  readonly ok: boolean;
  readonly problems: readonly ConfigComplaint[];
}

interface ConfigComplaint {
  readonly code: string;
  /** `file:line:column`, or the file where it is meant as a whole. */
  readonly at: string;
  readonly message: string;
}
