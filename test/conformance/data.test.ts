import { data } from './chapters/data.ts';
import { verify } from './verify.ts';

verify(data);
