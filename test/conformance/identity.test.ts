import { identity } from './chapters/identity.ts';
import { verify } from './verify.ts';

verify(identity);
