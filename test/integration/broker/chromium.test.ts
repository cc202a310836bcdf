import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Chromium, hasChromium } from '../../rigs/chromium.ts';
import { type EmbeddedBroker, optionsOf, startBroker } from '../../rigs/embedded-broker.ts';
import { until } from '../../rigs/until.ts';

const PAGE = readFileSync(new URL('chromium.html', import.meta.url));
const MQTT_JS = readFileSync(createRequire(import.meta.url).resolve('mqtt/dist/mqtt.min'));

let house: EmbeddedBroker;
let site: Server;
const browser = new Chromium();
beforeAll(async () => {
  house = await startBroker({ options: optionsOf({ listeners: [{ host: '127.0.0.1', port: 0, websocket: true }] }) });
  site = createServer((request, response) => {
    const isScript = request.url === '/mqtt.min.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
    response.end(isScript ? MQTT_JS : PAGE);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await browser.remove();
  site.close();
  site.closeAllConnections();
  await house.stop();
});

test("npm mqtt's browser build speaks MQTT 3.1.1 and 5 from a page in Chromium", async ({ skip }) => {
  if (!hasChromium()) skip('chromium is not installed');
  const reports = new Map<string, unknown>();
  house.broker.subscribe('page/+', ({ topic, payload }) => reports.set(topic, JSON.parse(payload.toString())));
  const { port } = site.address() as AddressInfo;
  browser.start(`http://127.0.0.1:${port}/?broker=ws://127.0.0.1:${house.port}`);
  await until('both reports of the page', () => reports.size === 2, 60_000).catch((error: unknown) => {
    throw new Error(`${browser.lastWords()}\n${JSON.stringify([...reports])}`, { cause: error });
  });
  for (const version of [4, 5]) {
    expect(reports.get(`page/${version}`)).toEqual({
      agent: expect.stringContaining('Chrome/') as string,
      received: [
        [`echo-${version}/0`, 5, 0],
        [`echo-${version}/1`, 5, 1],
        [`echo-${version}/2`, 5, 2],
        [`echo-${version}/large`, 300_000, 1],
        [`echo-${version}/retained`, 4, 1],
      ],
    });
  }
  expect(house.broker.clients().map(({ id, protocol }) => [id, protocol])).toEqual(
    expect.arrayContaining([
      ['page-4', '3.1.1'],
      ['page-5', '5.0'],
    ]),
  );
}, 90_000);
