import { qos } from './chapters/qos.ts';
import { verify } from './verify.ts';

verify(qos);
