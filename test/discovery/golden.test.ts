import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkDiscovery } from './checker/checker.ts';

const line = z.object({
  topic: z.string(),
  payload: z.union([z.string(), z.record(z.string(), z.unknown())]),
  verdicts: z.array(z.object({ id: z.string(), verdict: z.string(), text: z.string(), warn: z.array(z.string()) })),
});

const golden = readFileSync(new URL('data/ha-golden-verdicts.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((text) => line.parse(JSON.parse(text)));

describe('the checker says what Home Assistant says', () => {
  it('about every line there is', () => expect(golden.length).toBe(19));

  it.each(golden)('$topic', ({ topic, payload, verdicts }) => {
    expect(checkDiscovery(topic, typeof payload === 'string' ? payload : JSON.stringify(payload))).toEqual(verdicts);
  });
});
