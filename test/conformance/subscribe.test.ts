import { subscribe } from './chapters/subscribe.ts';
import { verify } from './verify.ts';

verify(subscribe);
