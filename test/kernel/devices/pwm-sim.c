// SPDX-License-Identifier: GPL-2.0
/*
 * A virtual PWM chip with the four channels that the header of a Pi 5 has. /sys/kernel/debug/pwm-sim has what each one puts out: the
 * period and the time that it is high, in nanoseconds, both 0 while it is disabled.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pwm.h>

#define CHANNELS 4
/* RP1 counts 50 MHz in 32 bits. */
#define LONGEST_NS 85899345900ULL

static u64 period_ns[CHANNELS], high_ns[CHANNELS];

static int apply(struct pwm_chip *chip, struct pwm_device *pwm, const struct pwm_state *state)
{
	if (state->polarity != PWM_POLARITY_NORMAL || state->period > LONGEST_NS)
		return -EINVAL;
	period_ns[pwm->hwpwm] = state->enabled ? state->period : 0;
	high_ns[pwm->hwpwm] = state->enabled ? state->duty_cycle : 0;
	return 0;
}

static const struct pwm_ops ops = { .apply = apply };

static int __init pwm_sim(void)
{
	struct platform_device *parent = platform_device_register_simple("pwm-sim", PLATFORM_DEVID_NONE, NULL, 0);
	struct dentry *folder = debugfs_create_dir("pwm-sim", NULL);
	struct pwm_chip *chip;
	char name[16];
	int i;

	if (IS_ERR(parent))
		return PTR_ERR(parent);
	chip = pwmchip_alloc(&parent->dev, CHANNELS, 0);
	if (IS_ERR(chip))
		return PTR_ERR(chip);
	chip->ops = &ops;
	for (i = 0; i < CHANNELS; i++) {
		snprintf(name, sizeof(name), "period%d", i);
		debugfs_create_u64(name, 0444, folder, &period_ns[i]);
		snprintf(name, sizeof(name), "high%d", i);
		debugfs_create_u64(name, 0444, folder, &high_ns[i]);
	}
	return pwmchip_add(chip);
}
device_initcall(pwm_sim);
