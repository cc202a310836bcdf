import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BridgeScene } from '../../rigs/bridge-scene.ts';
import { sayOutcome } from '../../rigs/fault-points.ts';
import { RabbitMq } from '../../rigs/rabbitmq.ts';

const HAS_RABBITMQ = existsSync('/usr/lib/rabbitmq/bin/rabbitmq-server');

test.skipIf(!HAS_RABBITMQ)(
  'a RabbitMQ whose memory alarm holds back every PUBACK gets all, in order, when it has room again',
  async () => {
    const rabbit = await RabbitMq.start();
    try {
      await BridgeScene.play({ port: rabbit.port, version: 4 }, { keepalive: '5s' }, async (scene) => {
        await scene.pinbus.start();
        const publisher = await scene.publish({ rate: 200 });
        await scene.arrived(200);
        await rabbit.raiseMemoryAlarm();
        await scene.acknowledged(2_000);
        // What was on the way when the alarm was raised may have come; the rest waits on the node's disk.
        expect(scene.ledger.missing.size).toBeGreaterThan(500);
        await rabbit.clearMemoryAlarm();
        await scene.arrived(500);
        await publisher.stop();
        const tally = await scene.settled();
        sayOutcome('RabbitMQ with a memory alarm', tally);
        expect(tally).toMatchObject({ lost: 0, reordered: 0, unexpected: 0 });
      });
    } finally {
      await rabbit.remove();
    }
  },
  400_000,
);
