/**
 * The headers that the sim driver imitates, as `gpioinfo` shows them on Raspberry Pi OS: chip labels, line names, and the
 * lines that the kernel holds itself.
 */
export type Board = 'pi4' | 'pi5';

export interface Layout {
  readonly model: string;
  /** The chip's label: what a driver finds the header by, never its number. */
  readonly chip: string;
  /** By offset; empty where the kernel has no name. */
  readonly names: readonly string[];
  /** Lines in use from boot, by the kernel's consumer name. */
  readonly held: ReadonlyMap<number, string>;
}

/** Offsets 0 to 27 are the BCM numbers of the 40-pin header. */
const HEADER = `ID_SDA ID_SCL ${Array.from({ length: 26 }, (_, index) => `GPIO${index + 2}`).join(' ')}`;

/** A dash is a line without a name. */
const namesOf = (text: string) => text.split(/\s+/).map((name) => (name === '-' ? '' : name));

const PI4: Layout = {
  model: 'Raspberry Pi 4 Model B',
  chip: 'pinctrl-bcm2711',
  names: namesOf(`${HEADER}
    RGMII_MDIO RGMIO_MDC CTS0 RTS0 TXD0 RXD0 SD1_CLK SD1_CMD SD1_DATA0 SD1_DATA1 SD1_DATA2 SD1_DATA3
    PWM0_MISO PWM1_MOSI STATUS_LED_G_CLK SPIFLASH_CE_N SDA0 SCL0
    RGMII_RXCLK RGMII_RXCTL RGMII_RXD0 RGMII_RXD1 RGMII_RXD2 RGMII_RXD3
    RGMII_TXCLK RGMII_TXCTL RGMII_TXD0 RGMII_TXD1 RGMII_TXD2 RGMII_TXD3`),
  held: new Map([[42, 'ACT']]),
};

const PI5: Layout = {
  model: 'Raspberry Pi 5 Model B',
  chip: 'pinctrl-rp1',
  names: namesOf(`${HEADER}
    PCIE_RP1_WAKE FAN_TACH HOST_SDA HOST_SCL ETH_RST_N - CD0_IO0_MICCLK CD0_IO0_MICDAT0 RP1_PCIE_CLKREQ_N -
    CD0_SDA CD0_SCL CD1_SDA CD1_SCL USB_VBUS_EN USB_OC_N RP1_STAT_LED FAN_PWM CD1_IO0_MICCLK 2712_WAKE
    CD1_IO1_MICDAT1 EN_MAX_USB_CUR - - - -`),
  held: new Map([[32, 'phy-reset']]),
};

export const LAYOUTS: Readonly<Record<Board, Layout>> = { pi4: PI4, pi5: PI5 };

/** The pull that a line of the header has after power-on: up on 0 to 8, down on the others (BCM2711 peripherals, 5.3). */
export const pullAtPowerOn = (offset: number): 'pull_up' | 'pull_down' => (offset <= 8 ? 'pull_up' : 'pull_down');
