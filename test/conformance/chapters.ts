import { connack } from './chapters/connack.ts';
import { connect } from './chapters/connect.ts';
import { data } from './chapters/data.ts';
import { disconnect } from './chapters/disconnect.ts';
import { identity } from './chapters/identity.ts';
import { publish } from './chapters/publish.ts';
import { qos } from './chapters/qos.ts';
import { retain } from './chapters/retain.ts';
import { subscribe } from './chapters/subscribe.ts';
import { topics } from './chapters/topics.ts';
import { wills } from './chapters/will.ts';
import type { Statement } from './statement.ts';

/** Every statement, by the name of its file. */
export const CHAPTERS: Readonly<Record<string, readonly Statement[]>> = {
  data,
  connect,
  identity,
  will: wills,
  connack,
  publish,
  retain,
  qos,
  subscribe,
  disconnect,
  topics,
};
