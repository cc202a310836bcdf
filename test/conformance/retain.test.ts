import { retain } from './chapters/retain.ts';
import { verify } from './verify.ts';

verify(retain);
