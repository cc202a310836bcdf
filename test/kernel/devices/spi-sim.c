// SPDX-License-Identifier: GPL-2.0
/*
 * A virtual SPI controller with two devices, both of which the kernel's own spidev serves:
 *   /dev/spidev0.0  loops back: what comes in is what went out
 *   /dev/spidev0.1  an MCP3008 [Microchip DS21295, figure 5-1], bit by bit
 * /sys/kernel/debug/spi-sim has what was seen on the first (messages, mode, hz) and the inputs of the second (ch0 to ch7, 0 to 1023).
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/spi/spi.h>

#define LOOPBACK 0
#define CHANNELS 8
/* An id that spidev binds to: its own name is none. */
#define SPIDEV "dh2228fv"

static u32 messages, mode, hz;
static u16 level[CHANNELS];

/* Of the conversion: clocks since the start bit, which is 0; negative before it. */
static int clock_;
static u8 selection;

static u8 mcp3008_clock(u8 in)
{
	if (clock_ < 0) {
		clock_ = in ? 0 : -1;
		return 1;
	}
	clock_++;
	if (clock_ <= 4) {
		selection = selection << 1 | in;
		return 1;
	}
	/* One clock to sample, one for the null bit, then ten from the highest on. */
	if (clock_ == 5)
		return 1;
	if (clock_ == 6 || clock_ > 16)
		return 0;
	return level[selection & 7] >> (16 - clock_) & 1;
}

static u8 mcp3008(u8 sent)
{
	u8 got = 0;
	int bit;

	for (bit = 7; bit >= 0; bit--)
		got |= mcp3008_clock(sent >> bit & 1) << bit;
	return got;
}

static int prepare(struct spi_controller *controller, struct spi_message *message)
{
	clock_ = -1;
	selection = 0;
	if (spi_get_chipselect(message->spi, 0) == LOOPBACK)
		messages++;
	return 0;
}

static int transfer(struct spi_controller *controller, struct spi_device *spi, struct spi_transfer *t)
{
	const u8 *tx = t->tx_buf;
	u8 *rx = t->rx_buf;
	int loopback = spi_get_chipselect(spi, 0) == LOOPBACK;
	u32 i;

	if (loopback) {
		mode = spi->mode & SPI_MODE_X_MASK;
		hz = t->speed_hz;
	}
	for (i = 0; i < t->len; i++) {
		u8 sent = tx ? tx[i] : 0;
		u8 got = loopback ? sent : mcp3008(sent);

		if (rx)
			rx[i] = got;
	}
	return 0;
}

static int __init spi_sim(void)
{
	struct platform_device *parent = platform_device_register_simple("spi-sim", PLATFORM_DEVID_NONE, NULL, 0);
	struct dentry *folder = debugfs_create_dir("spi-sim", NULL);
	struct spi_controller *controller;
	char name[4];
	int i, failure;

	if (IS_ERR(parent))
		return PTR_ERR(parent);
	controller = spi_alloc_host(&parent->dev, 0);
	if (!controller)
		return -ENOMEM;
	controller->bus_num = 0;
	controller->num_chipselect = 2;
	controller->mode_bits = SPI_MODE_X_MASK;
	controller->bits_per_word_mask = SPI_BPW_MASK(8);
	controller->max_speed_hz = 125000000;
	controller->prepare_message = prepare;
	controller->transfer_one = transfer;
	failure = spi_register_controller(controller);
	if (failure)
		return failure;
	for (i = 0; i < controller->num_chipselect; i++) {
		struct spi_board_info device = { .modalias = SPIDEV, .max_speed_hz = 125000000, .chip_select = i };

		if (!spi_new_device(controller, &device))
			return -ENODEV;
	}
	debugfs_create_u32("messages", 0444, folder, &messages);
	debugfs_create_u32("mode", 0444, folder, &mode);
	debugfs_create_u32("hz", 0444, folder, &hz);
	for (i = 0; i < CHANNELS; i++) {
		snprintf(name, sizeof(name), "ch%d", i);
		debugfs_create_u16(name, 0644, folder, &level[i]);
	}
	return 0;
}
device_initcall(spi_sim);
