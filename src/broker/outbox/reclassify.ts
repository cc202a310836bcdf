import { MESSAGE_CLASSES, type Classifier, type MessageClass } from '#topics';
import type { Store } from '../store/store.ts';

/** Messages in one go. */
const SLICE = 5_000;

/**
 * Puts what is on disk into the classes of today's rules: a topic whose messages were of two classes would lose its order.
 * `rules` is what the rules are known by; when they are those of the last start there is nothing to do.
 */
export async function reclassify(
  store: Store,
  classifier: Classifier,
  rules: string,
  signal: AbortSignal,
): Promise<void> {
  if ((await store.ask('classes', 'rules')) === rules) return;
  for (let after: number | undefined = 0; after !== undefined; ) {
    signal.throwIfAborted();
    const rows: readonly { sequence: number; topic: string }[] = await store.ask('lanes', 'topics', after, SLICE);
    const classes = new Map<MessageClass, number[]>(MESSAGE_CLASSES.map((each) => [each, []]));
    for (const { sequence, topic } of rows) classes.get(classifier.classOf(topic))?.push(sequence);
    await Promise.all([...classes].map(([of, sequences]) => store.write('outbox', 'reclassify', of, sequences)));
    after = rows.at(-1)?.sequence;
  }
  await store.write('classes', 'keepRules', rules);
}
