import { wills } from './chapters/will.ts';
import { verify } from './verify.ts';

verify(wills);
