import { Mosquitto } from '../../rigs/mosquitto.ts';
import { Pinbus } from '../../rigs/pinbus.ts';

/** A broker under load. */
export interface Subject {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

export async function startPinbus(): Promise<Subject> {
  // All clients of the bench are one address.
  const limits = { connections_per_address: 4_096 };
  const pinbus = await Pinbus.start({ config: (port) => ({ broker: { listeners: [{ port }], limits } }) });
  const { port } = pinbus;
  return { name: 'pinbus', port, pid: pinbus.program.pid, stop: () => pinbus.dispose() };
}

/** mosquitto as fast as it can be set: no-delay sockets, no bound on what it queues, nothing written to the disk. */
export async function startMosquitto(): Promise<Subject> {
  const settings = ['listener 0 127.0.0.1', 'allow_anonymous true', 'set_tcp_nodelay true', 'max_queued_messages 0'];
  const mosquitto = await Mosquitto.make(['max_inflight_messages 128'], settings.join('\n'));
  await mosquitto.start();
  return { name: 'mosquitto', port: mosquitto.port, pid: mosquitto.pid, stop: () => mosquitto.remove() };
}
