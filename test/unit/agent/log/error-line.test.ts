import { expect, test } from 'vitest';
import { AgentError } from '../../../../src/agent/errors.ts';
import { errorLine } from '../../../../src/agent/log/error-line.ts';

test('an error with a code is a sentence and a remedy, without a stack', () => {
  const error = new AgentError('CLI_USAGE', 'two names', { cause: new Error('two words') });
  expect(errorLine(error)).toEqual({
    type: 'AgentError',
    code: 'CLI_USAGE',
    message: 'two names: two words',
    retryable: false,
    remedy: error.remedy,
  });
});

test('a cause that the message has already is not said twice', () => {
  const refused = new Error('connect ECONNREFUSED');
  const error = new AgentError('CLI_USAGE', 'cannot connect: connect ECONNREFUSED', { cause: refused });
  expect(errorLine(error)).toMatchObject({ message: 'cannot connect: connect ECONNREFUSED' });
});

test('an error without a code has its stack, and a circle of causes ends', () => {
  const error = new TypeError('x is undefined');
  error.cause = error;
  expect(errorLine(error)).toMatchObject({ type: 'TypeError', message: 'x is undefined', stack: expect.any(String) });
});

test('what is no error stays as it is', () => expect(errorLine('no')).toBe('no'));
