import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BridgeScene } from '../../rigs/bridge-scene.ts';
import { Certificates } from '../../rigs/certificates.ts';
import { chooseCloud, type CloudBroker } from '../../rigs/cloud-broker.ts';
import { sayOutcome } from '../../rigs/fault-points.ts';
import { freePort } from '../../rigs/free-port.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });
const chosen = await chooseCloud();
console.log(`The cloud is ${chosen.name}`);

const pem = new Certificates();
const loopback = { address: 'IP:127.0.0.1' };
const ours = pem.selfSigned('ours');
const theirs = pem.selfSigned('theirs');
const porch = pem.signedBy(ours, 'porch');
const identity = { ca: ours.cert, cert: porch.cert, key: porch.key };
/** What the cloud shows of itself, each on a port of its own. */
const shown = {
  right: pem.signedBy(ours, 'server', loopback),
  elsewhere: pem.signedBy(ours, 'elsewhere', { address: 'DNS:elsewhere.example' }),
  expired: pem.signedBy(ours, 'old', { ...loopback, days: -1 }),
};
const ports = { right: await freePort(), elsewhere: await freePort(), expired: await freePort() };
const doors = ['right', 'elsewhere', 'expired'] as const;

let cloud: CloudBroker;
beforeEach(async () => {
  const listeners = doors.map((door) => {
    const { cert, key } = shown[door];
    return {
      port: ports[door],
      lines: [`certfile ${cert}`, `keyfile ${key}`, `cafile ${ours.cert}`, 'require_certificate true'],
    };
  });
  cloud = await chosen.make({ listeners, files: [ours.cert, ...doors.flatMap((door) => Object.values(shown[door]))] });
  await cloud.start();
});
afterEach(() => cloud.remove());
afterAll(() => pem.dispose());

const KEEPALIVE_MS = 5_000;
const isLostLink = ({ msg }: Readonly<Record<string, unknown>>): boolean => msg === 'no link to the upstream';

test.each([
  ['in the open', () => ({ port: cloud.port }), {}],
  ['with TLS and a certificate of its own', () => ({ port: ports.right, scheme: 'mqtts' as const }), identity],
] as const)(
  'a cloud that is restarted and hangs, and a node that is killed, %s: nothing is lost',
  async (how, door, tls) => {
    const upstream = { consumer_ports: [cloud.port], ...door() };
    await BridgeScene.play(upstream, { keepalive: `${KEEPALIVE_MS}ms`, ...tls }, async (scene) => {
      await scene.pinbus.start();
      const publisher = await scene.publish({ rate: 200 });
      await scene.arrived(200);
      scene.at = 'the cloud away';
      await cloud.stop();
      await scene.acknowledged(200);
      await cloud.start();
      await scene.arrived(200);
      scene.at = 'the cloud hanging';
      await cloud.freeze();
      await scene.pinbus.logged('the lost link', isLostLink, 60_000);
      await scene.pinbus.kill();
      await publisher.stop();
      await cloud.thaw();
      scene.at = 'the node back';
      await scene.pinbus.start();
      const again = await scene.publish({ rate: 200 });
      await scene.arrived(200);
      await again.stop();
      const tally = await scene.settled();
      sayOutcome(`a cloud ${how}: ${chosen.name}`, tally);
      expect(tally).toMatchObject({ lost: 0, reordered: 0, unexpected: 0 });
    });
  },
);

test('each certificate that is not right is named, and nothing is lost until one is', async () => {
  const mqtts = (door: keyof typeof ports): string => `mqtts://127.0.0.1:${ports[door]}`;
  const wrong = [
    ['UPSTREAM_CERTIFICATE_UNTRUSTED', { url: mqtts('right'), ...identity, ca: theirs.cert }],
    ['UPSTREAM_CERTIFICATE_HOST', { url: mqtts('elsewhere'), ...identity }],
    ['UPSTREAM_CERTIFICATE_EXPIRED', { url: mqtts('expired'), ...identity }],
    ['UPSTREAM_CLIENT_CERTIFICATE', { url: mqtts('right'), ca: ours.cert }],
  ] as const;
  await BridgeScene.play({ port: cloud.port }, {}, async (scene) => {
    for (const [code, bridge] of wrong) {
      scene.at = code;
      scene.configure(bridge);
      await scene.pinbus.start();
      const { err } = await scene.pinbus.logged('the refusal', isLostLink, 60_000);
      expect(err).toMatchObject({ code });
      const publisher = await scene.publish({ rate: 1_000 });
      await scene.acknowledged(100);
      await publisher.stop();
      await scene.pinbus.kill();
    }
    expect(scene.ledger.arrived).toBe(0);
    scene.at = 'the right certificate';
    scene.configure({ url: mqtts('right'), ...identity });
    await scene.pinbus.start();
    const tally = await scene.settled();
    sayOutcome('four certificates that were not right, and one that was', tally);
    expect(tally).toMatchObject({ lost: 0, reordered: 0, unexpected: 0 });
  });
});
