/** Steps of a DS18B20 at its 12 bits [Maxim DS18B20, 19-7487, page 6]. */
const STEPS_PER_DEGREE = 16;
/** What follows the two bytes of the temperature after a measurement at 12 bits. */
const THE_REST = '4b 46 7f ff 0c 10';

/** What the kernel's driver says of a sensor at this temperature [Documentation/w1/slaves/w1_therm.rst]. */
export function ds18b20Text(temperature_c: number): string {
  const steps = Math.round(temperature_c * STEPS_PER_DEGREE);
  const [low = '', high = ''] = [steps & 0xff, (steps >> 8) & 0xff].map((byte) => byte.toString(16).padStart(2, '0'));
  const millidegrees = Math.trunc((steps * 1_000) / STEPS_PER_DEGREE);
  const bytes = `${low} ${high} ${THE_REST} 00`;
  return `${bytes} : crc=00 YES\n${bytes} t=${millidegrees}\n`;
}
