import { topics } from './chapters/topics.ts';
import { verify } from './verify.ts';

verify(topics);
