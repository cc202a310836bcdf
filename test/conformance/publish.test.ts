import { publish } from './chapters/publish.ts';
import { verify } from './verify.ts';

verify(publish);
