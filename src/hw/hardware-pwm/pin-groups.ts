/** Numbers of a device tree are big-endian words of 32 bits [Devicetree Specification, 2.2.4]. */
export const cells = (property: Buffer): readonly number[] =>
  Array.from({ length: Math.floor(property.length / 4) }, (_, index) => property.readUInt32BE(index * 4));

/**
 * The lines that a group of pins is made of: `brcm,pins` has their numbers on a Pi 0 to 4, `pins` their names, such as gpio18, on a
 * Pi 5 [Documentation/devicetree/bindings/pinctrl/brcm,bcm2835-gpio.txt, raspberrypi,rp1-gpio.yaml].
 */
export function linesOfGroup(group: { readonly numbers?: Buffer; readonly names?: Buffer }): readonly number[] {
  const named = (group.names?.toString('latin1') ?? '').matchAll(/gpio(?<line>\d+)\0/g);
  return [...cells(group.numbers ?? Buffer.of()), ...[...named].map(({ groups }) => Number(groups?.['line']))];
}

/** What the pins of a header can be as PWM, by line: the channel of its chip [BCM2711 and RP1 peripherals, function tables]. */
const CHANNELS_OF_RP1: Readonly<Record<number, number>> = { 12: 0, 13: 1, 14: 2, 15: 3, 18: 2, 19: 3 };
const CHANNELS_OF_BCM: Readonly<Record<number, number>> = { 12: 0, 13: 1, 18: 0, 19: 1 };

/** `label` is that of the GPIO chip. */
export const channelOfLine = (label: string, line: number): number | undefined =>
  (label === 'pinctrl-rp1' ? CHANNELS_OF_RP1 : CHANNELS_OF_BCM)[line];
