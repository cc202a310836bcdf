import { expect, test } from 'vitest';
import { failureOf } from '../../../src/hw/failure.ts';
import { SystemError } from '../../../src/hw/libc.ts';

test.each([
  [1, 'HW_ACCESS_DENIED', 'line 4: this user may not use it (EPERM)'],
  [2, 'HW_CHIP_MISSING', 'line 4: there is no such device (ENOENT)'],
  [5, 'HW_LINE_GONE', 'line 4: it does not answer (EIO)'],
  [13, 'HW_ACCESS_DENIED', 'line 4: this user may not open it (EACCES)'],
  [16, 'HW_LINE_BUSY', 'line 4: it is in use (EBUSY)'],
  [19, 'HW_LINE_GONE', 'line 4: its chip is not there any more (ENODEV)'],
  [22, 'HW_SETTING_UNSUPPORTED', 'line 4: the chip cannot do this (EINVAL)'],
  [24, 'HW_RESOURCES_SHORT', 'line 4: this process has too many files open (EMFILE)'],
  [121, 'HW_LINE_GONE', 'line 4: it does not answer (errno 121)'],
  [524, 'HW_SETTING_UNSUPPORTED', 'line 4: the chip cannot do this (ENOTSUPP)'],
])('errno %i is %s, with a sentence', (errno, code, message) => {
  expect(failureOf(new SystemError('ioctl', errno), 'line 4')).toMatchObject({ code, message });
});
