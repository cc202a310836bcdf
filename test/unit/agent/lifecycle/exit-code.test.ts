import { BrokerError } from '#broker';
import { HardwareError } from '#hw';
import { describe, expect, it } from 'vitest';
import { AgentError } from '../../../../src/agent/errors.ts';
import { exitCodeOf } from '../../../../src/agent/lifecycle/exit-code.ts';

const system = (code: string) => Object.assign(new Error(code), { code });

describe('the exit code of a failure', () => {
  it.each([
    ['a wrong config', new AgentError('CONFIG_UNKNOWN_KEY', ''), 78],
    ['a port in use', new BrokerError('BROKER_PORT_IN_USE', ''), 78],
    ['a driver that is not there', new HardwareError('HW_DRIVER_NOT_AVAILABLE', ''), 78],
    ['a chip that may still come', new HardwareError('HW_CHIP_MISSING', ''), 69],
    ['a folder that cannot be written', new BrokerError('STORE_CANNOT_CREATE', ''), 73],
    ['a disk that fails', new BrokerError('STORE_IO', ''), 74],
    ['a step that took too long', new AgentError('AGENT_STEP_TIMEOUT', ''), 75],
    ['no broker', new BrokerError('CLIENT_UNREACHABLE', ''), 69],
    ['no right to log in', new BrokerError('CLIENT_NOT_AUTHORISED', ''), 77],
    ['a system call that may not', system('EACCES'), 77],
    ['a full disk', system('ENOSPC'), 74],
    ['anything else', new TypeError('x is not a function'), 70],
    ['what is not an error', 'oops', 70],
  ])('%s: sysexits has a number for it', (_what, error, expected) => {
    expect(exitCodeOf(error)).toBe(expected);
  });
});
