import type { Bus } from '#broker';

/** No wildcard of a client's matches it [MQTT-4.7.2-1], and no bridge carries it. */
const TOPIC = '$pinbus/round-trip';

/** Whether a message that goes into the broker comes out of it; settles late or never when the broker hangs. */
export async function roundTrip(bus: Bus): Promise<boolean> {
  let unsubscribe: (() => void) | undefined;
  try {
    const heard = new Promise<boolean>((resolve) => {
      unsubscribe = bus.subscribe(TOPIC, () => resolve(true), { live: true });
    });
    await bus.publish({ topic: TOPIC, payload: Buffer.alloc(0), qos: 0, retain: false });
    return await heard;
  } catch {
    return false;
  } finally {
    unsubscribe?.();
  }
}
