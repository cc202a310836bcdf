import { HardwareError, type HardwareErrorCode } from './errors.ts';

/** What each errno of the character device means, as the end of a sentence. */
const MEANINGS: Readonly<Record<string, readonly [code: HardwareErrorCode, meaning: string]>> = {
  EACCES: ['HW_ACCESS_DENIED', 'this user may not open it'],
  EPERM: ['HW_ACCESS_DENIED', 'this user may not use it'],
  EBUSY: ['HW_LINE_BUSY', 'it is in use'],
  ENOENT: ['HW_CHIP_MISSING', 'there is no such device'],
  ENODEV: ['HW_LINE_GONE', 'its chip is not there any more'],
  ENXIO: ['HW_LINE_GONE', 'its chip is not there any more'],
  EINVAL: ['HW_SETTING_UNSUPPORTED', 'the chip cannot do this'],
  ENOTSUPP: ['HW_SETTING_UNSUPPORTED', 'the chip cannot do this'],
  EOPNOTSUPP: ['HW_SETTING_UNSUPPORTED', 'the chip cannot do this'],
  ENOTTY: ['HW_CHIP_MISSING', 'it is no GPIO chip'],
  EMFILE: ['HW_RESOURCES_SHORT', 'this process has too many files open'],
  ENFILE: ['HW_RESOURCES_SHORT', 'the machine has too many files open'],
  ENOMEM: ['HW_RESOURCES_SHORT', 'the kernel has no memory left'],
};

/** The name of the errno that a system call failed with. */
export function errnoName(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** `subject` is what the call was about, such as `line 23 of pinctrl-rp1`. */
export function failureOf(error: unknown, subject: string): HardwareError {
  if (error instanceof HardwareError) return error;
  const errno = errnoName(error) ?? String(error);
  // EIO, ETIMEDOUT and the like come from expanders on a bus that does not answer.
  const [code, meaning] = MEANINGS[errno] ?? ['HW_LINE_GONE', 'it does not answer'];
  return new HardwareError(code, `${subject}: ${meaning} (${errno})`, { cause: error });
}

/** EBUSY, with whom to look for. */
export function busy(error: unknown, subject: string, consumer: string): HardwareError {
  const holder = consumer === '' ? 'the kernel, which names no consumer' : JSON.stringify(consumer);
  return new HardwareError('HW_LINE_BUSY', `${subject} is held by ${holder} (EBUSY)`, { cause: error });
}
