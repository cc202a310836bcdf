// SPDX-License-Identifier: GPL-2.0
/*
 * A virtual I2C bus with one device, at 0x76, which keeps its registers as a BME280 does [Bosch BST-BME280-DS002, 6.2 and 5.4]: a write
 * is pairs of register and value, a read goes up from the register that was written last, and a measurement takes a while. Any
 * register can be written: that is how its readings are set.
 */
#include <linux/i2c.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#define ADDRESS 0x76
#define STATUS 0xf3
#define MEASURING 0x08
#define CTRL_MEAS 0xf4
#define MODE 0x03
/* Readings of the status that find it measuring. */
#define MEASUREMENT 3

static u8 registers[256], pointer, measuring;

static void write_registers(const struct i2c_msg *message)
{
	int i;

	for (i = 0; i + 1 < message->len; i += 2) {
		u8 at = message->buf[i];

		registers[at] = message->buf[i + 1];
		if (at == CTRL_MEAS && registers[at] & MODE)
			measuring = MEASUREMENT;
	}
	if (i < message->len)
		pointer = message->buf[i];
}

static u8 read_register(u8 at)
{
	if (at != STATUS || !measuring)
		return registers[at];
	if (--measuring == 0)
		registers[CTRL_MEAS] &= ~MODE;
	return registers[at] | MEASURING;
}

static int transfer(struct i2c_adapter *adapter, struct i2c_msg *messages, int count)
{
	int i, j;

	for (i = 0; i < count; i++) {
		if (messages[i].addr != ADDRESS)
			return -ENXIO;
		if (!(messages[i].flags & I2C_M_RD))
			write_registers(&messages[i]);
		else
			for (j = 0; j < messages[i].len; j++)
				messages[i].buf[j] = read_register(pointer++);
	}
	return count;
}

static u32 functionality(struct i2c_adapter *adapter)
{
	return I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;
}

static const struct i2c_algorithm algorithm = { .xfer = transfer, .functionality = functionality };
static struct i2c_adapter adapter = { .owner = THIS_MODULE, .algo = &algorithm, .name = "i2c-sim", .nr = 1 };

static int __init i2c_sim(void)
{
	struct platform_device *parent = platform_device_register_simple("i2c-sim", PLATFORM_DEVID_NONE, NULL, 0);

	if (IS_ERR(parent))
		return PTR_ERR(parent);
	adapter.dev.parent = &parent->dev;
	return i2c_add_numbered_adapter(&adapter);
}
device_initcall(i2c_sim);
