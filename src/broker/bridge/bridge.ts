import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '#topics';
import pRetry from 'p-retry';
import type { Logger } from 'pino';
import { BrokerError } from '../errors.ts';
import type { BridgeOptions } from '../options.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Bus } from '../ports.ts';
import { Deferred } from '../store/deferred.ts';
import type { InboundHandler } from '../upstream/intake.ts';
import type { Link } from '../upstream/link.ts';
import { type SessionOptions, Upstream } from '../upstream/upstream.ts';
import { backoff } from './backoff.ts';
import { Breaker } from './breaker.ts';
import { bridgeClientId } from './client-id.ts';
import { Culprit } from './culprit.ts';
import { Excess } from './excess.ts';
import { Drain } from './drain.ts';
import { Inbound } from './inbound.ts';
import type { LoopGuard } from './loop-guard.ts';
import { carriedPresence, type Presence } from './presence.ts';
import { Rate } from './rate.ts';
import { keepSubscribing } from './subscribing.ts';
import { type BridgeState, type BridgeStatus, codeOf, drainTime, troubleOf } from './status.ts';
import { BRIDGE_TIMES, type BridgeTimes } from './times.ts';

/** What all bridges share. */
export interface BridgeContext {
  /** The node's id. */
  readonly node: string;
  readonly outbox: Outbox;
  /** The bus, publishing as `{ kind: 'bridge', id: name }`. */
  readonly bus: (name: string) => Bus;
  /** The bus, publishing as the node itself. */
  readonly own: Bus;
  readonly guard: LoopGuard;
  readonly log: Logger;
  /** How the upstream knows whether the node is there, as far as the `out` rules carry it. */
  readonly presence?: Presence;
}

/** One upstream: connects again and again, sends what it is owed, and takes in what the rules want. */
export class Bridge {
  readonly options: BridgeOptions;
  readonly #context: BridgeContext;
  readonly #times: BridgeTimes;
  readonly #log: Logger;
  readonly #onChange: () => void;
  readonly #breaker: Breaker;
  readonly #upstream: Upstream;
  readonly #inbound: Inbound;
  readonly #presence: Presence | undefined;
  readonly #rate = new Rate();
  readonly #culprit: Culprit;
  readonly #excess = new Excess();
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #state: BridgeState = 'stopped';
  #link: Link | undefined;
  #lastError: BridgeStatus['last_error'];
  /** What this link does not bring down, although it is up. */
  #subscriptionTrouble: BridgeStatus['last_error'];
  #drained = 0;
  /** The breaker opened, and has not closed since. */
  #resting = false;
  #failures = 0;
  /** Of the failures in a row the last one's. */
  #failureCode: string | undefined;
  /** For a shutdown that waits until nothing is owed. */
  #onProgress: (() => void) | undefined;

  constructor(options: BridgeOptions, context: BridgeContext, onChange: () => void, times: BridgeTimes = BRIDGE_TIMES) {
    this.options = options;
    this.#context = context;
    this.#times = times;
    this.#onChange = onChange;
    this.#log = context.log.child({ bridge: options.name });
    this.#culprit = new Culprit(options.window);
    this.#breaker = new Breaker(times, () => this.#breakerChanged());
    const client_id = options.client_id ?? bridgeClientId(context.node, options.name);
    const { presence } = context;
    this.#presence = presence && carriedPresence(presence, options);
    const will = this.#presence === undefined ? {} : { will: this.#presence.will };
    this.#inbound = new Inbound(options, context, this.#log);
    const inbound: InboundHandler = (message, protocol) => this.#inbound.take(message, protocol);
    this.#upstream = new Upstream({ ...options, client_id, inbound, ...will, ...sessionOf(options) });
  }

  /** Returns at once; the upstream may be down for days. */
  start(): void {
    if (!this.#inbound.answersSenders) {
      this.#log.warn('who sends commands from upstream cannot read what is refused: no `out` rule carries `rejected`');
    }
    this.#running ??= this.#run();
  }

  /** Settles when nothing is owed any more, when it cannot be sent now, and in any case after a while. */
  async drain(): Promise<void> {
    const done = new Deferred<void>();
    const timer = setTimeout(() => done.resolve(), this.#times.drain);
    this.#onProgress = () => {
      if (this.#state !== 'connected' || this.status().depth === 0) done.resolve();
    };
    this.#onProgress();
    await done.promise;
    this.#onProgress = undefined;
    clearTimeout(timer);
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new BrokerError('UPSTREAM_CLOSED', 'the bridge stops'));
    await this.#running;
    this.#breaker.stop();
  }

  status(): BridgeStatus {
    const { name } = this.options;
    const depth = this.#context.outbox.status().lanes[name] ?? 0;
    const rate_per_s = this.#rate.perSecond(performance.now());
    return {
      name,
      state: this.#state,
      breaker: this.#breaker.state,
      protocol: this.#link?.protocol,
      last_error: this.#lastError ?? this.#subscriptionTrouble,
      depth,
      drained: this.#drained,
      rate_per_s,
      drain_s: drainTime(this.#state, depth, rate_per_s),
    };
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    try {
      await pRetry(() => this.#session(signal), {
        retries: Number.POSITIVE_INFINITY,
        minTimeout: 0,
        signal,
        // Of p-retry's own randomness half is certain; full jitter has none that is.
        onFailedAttempt: ({ error }) => this.#pause(error, signal),
      });
    } catch (error) {
      if (!signal.aborted) {
        this.#log.fatal({ err: error }, 'the bridge broke');
        this.#note(error);
      }
    }
    this.#become('stopped');
  }

  /** From connecting until the link is lost; never returns in peace. */
  async #session(signal: AbortSignal): Promise<void> {
    this.#become('connecting');
    const link = await this.#breaker.run(() => this.#upstream.connect(signal));
    this.#link = link;
    const began_ms = performance.now();
    this.#log.info({ url: link.url, protocol: link.protocol }, 'connected to the upstream');
    this.#clear();
    this.#become('connected');
    try {
      await this.#serve(link, signal);
    } finally {
      this.#link = undefined;
      this.#subscriptionTrouble = undefined;
      if (performance.now() - began_ms >= this.#times.stable) this.#failures = 0;
      await link.close();
    }
  }

  async #serve(link: Link, signal: AbortSignal): Promise<never> {
    // What goes out does not depend on what may come in.
    void keepSubscribing({
      link,
      subscriptions: this.#inbound.subscriptions,
      pause_ms: (refusals) => backoff('UPSTREAM_NOT_AUTHORIZED', refusals, this.#times, Math.random()),
      onAnswers: (refusal) => this.#subscribed(refusal),
    });
    if (this.#presence !== undefined) await this.#birth(link, this.#presence.birth);
    for (let refusals = 1; ; refusals += 1) {
      const drained = this.#drained;
      try {
        return await this.#send(link, signal);
      } catch (error) {
        if (codeOf(error) !== 'UPSTREAM_QUOTA' || link.isOver) throw error;
        if (this.#drained > drained) refusals = 1;
        await this.#rest(link, signal, error, refusals);
      }
    }
  }

  #subscribed(refusal: BrokerError | undefined): void {
    const refused_before = this.#subscriptionTrouble !== undefined;
    this.#subscriptionTrouble = refusal && troubleOf(refusal);
    if (refusal !== undefined) {
      const facts = { err: refusal, code: refusal.code };
      this.#log[refused_before ? 'debug' : 'error'](facts, 'the upstream refused a subscription');
    } else if (refused_before) this.#log.info('the upstream takes every subscription now');
    this.#onChange();
  }

  #send(link: Link, signal: AbortSignal): Promise<never> {
    const { node, outbox, guard } = this.#context;
    const onConfirmed = (messages: number): void => {
      this.#drained += messages;
      this.#rate.add(messages, performance.now());
      this.#onProgress?.();
    };
    const settings = {
      node,
      bridge: this.options,
      guard,
      culprit: this.#culprit,
      excess: this.#excess,
      breaker: this.#breaker,
      onConfirmed,
    };
    return new Drain(settings, outbox, link, this.#log, signal).run();
  }

  /** The upstream takes no more for now: the link stays, and the lane goes on over it after a pause. */
  async #rest(link: Link, signal: AbortSignal, error: unknown, refusals: number): Promise<void> {
    this.#note(error);
    this.#log[refusals > 1 ? 'debug' : 'warn']({ err: error, refusals }, 'the upstream takes no more for now');
    this.#become('paused');
    const over = new AbortController();
    void link.ended.then((reason) => over.abort(reason));
    const end = AbortSignal.any([signal, over.signal]);
    const pause_ms = backoff(codeOf(error), refusals, this.#times, Math.random());
    await sleep(pause_ms, undefined, { signal: end }).catch(() => end.throwIfAborted());
    await this.#breaker.ready(end);
    this.#clear();
    this.#become('connected');
  }

  async #birth(link: Link, birth: Message): Promise<void> {
    try {
      await link.publish(birth, birth.qos, []);
    } catch (error) {
      if (!(error instanceof BrokerError) || error.code !== 'UPSTREAM_MESSAGE_REFUSED') throw error;
      this.#log.warn({ err: error, code: error.code }, 'the upstream does not take the birth of the node');
    }
  }

  async #pause(error: Error, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#failures += 1;
    const code = codeOf(error);
    const repeated = this.#failures > 1 && code === this.#failureCode;
    this.#failureCode = code;
    this.#note(error);
    const facts = { err: error, failures: this.#failures, remedy: this.#lastError?.remedy };
    this.#log[repeated ? 'debug' : 'warn'](facts, 'no link to the upstream');
    this.#become('waiting');
    // The upstream answers; it is a message of ours that it closes the link for, and the others wait behind it.
    const failures = this.#culprit.wanted && code === 'UPSTREAM_CLOSED' ? 1 : this.#failures;
    await sleep(backoff(code, failures, this.#times, Math.random()), undefined, { signal });
    await this.#breaker.ready(signal);
  }

  #breakerChanged(): void {
    const { state } = this.#breaker;
    // An upstream that stays away has two more of these with each try.
    const isNews = state === 'closed' || !this.#resting;
    this.#resting = state !== 'closed';
    this.#log[isNews ? 'info' : 'debug']({ breaker: state }, 'breaker changed');
    this.#onChange();
  }

  #note(error: unknown): void {
    this.#lastError = troubleOf(error);
  }

  #clear(): void {
    this.#lastError = undefined;
  }

  #become(state: BridgeState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#onProgress?.();
    this.#onChange();
  }
}

/** Packet identifiers that subscriptions may hold at the beginning of a link, besides the window. */
const SUBSCRIPTIONS = 56;

/** Only what comes down needs a session upstream: what goes up waits here. */
function sessionOf({ in: inbound, out, session_expiry, window }: BridgeOptions): { readonly session?: SessionOptions } {
  if (inbound.length === 0 || session_expiry === 0) return {};
  const qos2_window = out.some(({ qos }) => qos === 2) ? window + SUBSCRIPTIONS : 0;
  return { session: { expiry_s: Math.ceil(session_expiry / 1000), qos2_window } };
}
