import { connack } from './chapters/connack.ts';
import { verify } from './verify.ts';

verify(connack);
