import { HardwareError, type HardwareErrorCode } from './errors.ts';
import { errnoName } from './failure.ts';

/** What each errno of a bus means, as the end of a sentence. */
const MEANINGS: Readonly<Record<string, readonly [code: HardwareErrorCode, meaning: string]>> = {
  ENOENT: ['HW_BUS_MISSING', 'there is no such bus'],
  ENODEV: ['HW_BUS_MISSING', 'its controller is not there any more'],
  EACCES: ['HW_ACCESS_DENIED', 'this user may not open it'],
  EPERM: ['HW_ACCESS_DENIED', 'this user may not use it'],
  EBUSY: ['HW_BUS_BUSY', 'a driver of the kernel has the device'],
  EINVAL: ['HW_BUS_REFUSED', 'the controller cannot do this'],
  EOPNOTSUPP: ['HW_BUS_REFUSED', 'the controller cannot do this'],
  ENOTTY: ['HW_BUS_REFUSED', 'it is no such bus'],
  EMSGSIZE: ['HW_MESSAGE_TOO_LONG', 'the kernel does not take so much at once'],
  ENXIO: ['HW_NO_ANSWER', 'no device answers at the address'],
  EREMOTEIO: ['HW_NO_ANSWER', 'no device answers at the address'],
  ETIMEDOUT: ['HW_NO_ANSWER', 'the bus hangs'],
  EAGAIN: ['HW_NO_ANSWER', 'another master has the bus'],
  EMFILE: ['HW_RESOURCES_SHORT', 'this process has too many files open'],
  ENFILE: ['HW_RESOURCES_SHORT', 'the machine has too many files open'],
  ENOMEM: ['HW_RESOURCES_SHORT', 'the kernel has no memory left'],
};

/** `subject` is what the call was about, such as `/dev/spidev0.0`. */
export function busFailureOf(error: unknown, subject: string): HardwareError {
  if (error instanceof HardwareError) return error;
  const errno = errnoName(error) ?? String(error);
  const [code, meaning] = MEANINGS[errno] ?? ['HW_NO_ANSWER', 'the device does not answer'];
  return new HardwareError(code, `${subject}: ${meaning} (${errno})`, { cause: error });
}
