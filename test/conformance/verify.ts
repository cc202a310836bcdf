import { afterAll, beforeAll, describe, test } from 'vitest';
import { type EmbeddedBroker, startBroker } from '../rigs/embedded-broker.ts';
import { Mosquitto } from '../rigs/mosquitto.ts';
import { clausesOf, differs, type Statement } from './statement.ts';
import { Subject } from './subject.ts';

const VERSIONS = [
  { version: 4, name: '3.1.1', key: 'v3' },
  { version: 5, name: '5.0', key: 'v5' },
] as const;

/** One broker of each kind for a chapter; every statement in each version it stands in, against both. */
export function verify(chapter: readonly Statement[]): void {
  let pinbus: EmbeddedBroker;
  let mosquitto: Mosquitto;
  beforeAll(async () => {
    pinbus = await startBroker();
    mosquitto = await Mosquitto.make();
    await mosquitto.start();
  });
  afterAll(async () => {
    await pinbus?.stop();
    await mosquitto?.remove();
  });

  describe.concurrent('', () => {
    for (const statement of chapter) {
      const { check, says } = statement;
      if (check === undefined) continue;
      for (const { version, name, key } of VERSIONS) {
        const clauses = clausesOf(statement[key]);
        if (clauses.length === 0) continue;
        const title = `${clauses.map((clause) => `[MQTT-${clause}]`).join(' ')} ${name}: ${says}`;
        test(title, () => run(new Subject('pinbus', pinbus.port, version)));
        if (differs(statement, version) !== undefined) continue;
        test(`${title} (mosquitto)`, () => run(new Subject('mosquitto', mosquitto.port, version)));
      }
      async function run(subject: Subject): Promise<void> {
        try {
          await check?.(subject);
        } finally {
          subject.end();
        }
      }
    }
  });
}
