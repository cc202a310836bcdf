import { disconnect } from './chapters/disconnect.ts';
import { verify } from './verify.ts';

verify(disconnect);
