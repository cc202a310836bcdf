import { HardwareError } from './errors.ts';

/**
 * A package that npm leaves out where it cannot be compiled, loaded when it is first used.
 * @throws HardwareError HW_PACKAGE_MISSING
 */
export async function optionalPackage<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const message = `the npm package ${name} is not installed or not compiled here`;
    throw new HardwareError('HW_PACKAGE_MISSING', message, { cause });
  }
}
