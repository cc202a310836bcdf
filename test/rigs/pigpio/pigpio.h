/* The part of the C library pigpio that the npm package pigpio is compiled against, with pins in memory and a far end. */
#ifndef PIGPIO_H
#define PIGPIO_H
#include <stdint.h>
#define PI_MIN_GPIO 0
#define PI_MAX_GPIO 53
#define PI_MAX_USER_GPIO 31
#define PI_INPUT 0
#define PI_OUTPUT 1
#define PI_ALT0 4
#define PI_ALT1 5
#define PI_ALT2 6
#define PI_ALT3 7
#define PI_ALT4 3
#define PI_ALT5 2
#define PI_PUD_OFF 0
#define PI_PUD_DOWN 1
#define PI_PUD_UP 2
#define PI_TIMEOUT 2
#define PI_CLOCK_PWM 0
#define PI_CLOCK_PCM 1
#define PI_INIT_FAILED -1
#define PI_BAD_GPIO -3
#define PI_WAVE_NOT_FOUND 9999
#define RISING_EDGE 0
#define FALLING_EDGE 1
#define EITHER_EDGE 2

typedef struct {
  uint32_t gpioOn;
  uint32_t gpioOff;
  uint32_t usDelay;
} gpioPulse_t;
typedef void (*gpioAlertFunc_t)(int gpio, int level, uint32_t tick);
typedef void (*gpioISRFunc_t)(int gpio, int level, uint32_t tick);

#ifdef __cplusplus
extern "C" {
#endif
int gpioInitialise(void);
void gpioTerminate(void);
unsigned gpioHardwareRevision(void);
int gpioCfgClock(unsigned micros, unsigned peripheral, unsigned source);
int gpioCfgInterfaces(unsigned flags);
int gpioCfgSocketPort(unsigned port);
int gpioSetMode(unsigned gpio, unsigned mode);
int gpioGetMode(unsigned gpio);
int gpioSetPullUpDown(unsigned gpio, unsigned pud);
int gpioRead(unsigned gpio);
int gpioWrite(unsigned gpio, unsigned level);
int gpioPWM(unsigned gpio, unsigned duty);
int gpioGetPWMdutycycle(unsigned gpio);
int gpioSetPWMrange(unsigned gpio, unsigned range);
int gpioGetPWMrange(unsigned gpio);
int gpioGetPWMrealRange(unsigned gpio);
int gpioSetPWMfrequency(unsigned gpio, unsigned frequency);
int gpioGetPWMfrequency(unsigned gpio);
int gpioHardwarePWM(unsigned gpio, unsigned frequency, unsigned duty);
int gpioServo(unsigned gpio, unsigned pulsewidth);
int gpioGetServoPulsewidth(unsigned gpio);
int gpioSetAlertFunc(unsigned gpio, gpioAlertFunc_t f);
int gpioSetISRFunc(unsigned gpio, unsigned edge, int timeout, gpioISRFunc_t f);
int gpioGlitchFilter(unsigned gpio, unsigned steady);
int gpioTrigger(unsigned gpio, unsigned micros, unsigned level);
uint32_t gpioTick(void);
uint32_t gpioRead_Bits_0_31(void);
uint32_t gpioRead_Bits_32_53(void);
int gpioWrite_Bits_0_31_Clear(uint32_t bits);
int gpioWrite_Bits_32_53_Clear(uint32_t bits);
int gpioWrite_Bits_0_31_Set(uint32_t bits);
int gpioWrite_Bits_32_53_Set(uint32_t bits);
int gpioNotifyOpen(void);
int gpioNotifyOpenWithSize(int size);
int gpioNotifyBegin(unsigned handle, uint32_t bits);
int gpioNotifyPause(unsigned handle);
int gpioNotifyClose(unsigned handle);
int gpioWaveClear(void);
int gpioWaveAddNew(void);
int gpioWaveAddGeneric(unsigned count, gpioPulse_t *pulses);
int gpioWaveCreate(void);
int gpioWaveDelete(unsigned id);
int gpioWaveTxSend(unsigned id, unsigned mode);
int gpioWaveChain(char *buffer, unsigned size);
int gpioWaveTxAt(void);
int gpioWaveTxBusy(void);
int gpioWaveTxStop(void);
int gpioWaveGetMicros(void);
int gpioWaveGetHighMicros(void);
int gpioWaveGetMaxMicros(void);
int gpioWaveGetPulses(void);
int gpioWaveGetHighPulses(void);
int gpioWaveGetMaxPulses(void);
int gpioWaveGetCbs(void);
int gpioWaveGetHighCbs(void);
int gpioWaveGetMaxCbs(void);
#ifdef __cplusplus
}
#endif
#endif
