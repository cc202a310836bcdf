import { connect } from './chapters/connect.ts';
import { verify } from './verify.ts';

verify(connect);
