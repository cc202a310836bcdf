#include "pigpio.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINES (PI_MAX_GPIO + 1)
#define EVENTS 256
#define TRACE 64

struct line {
  int mode, latch, pull, outside; /* outside: 0, 1, or -1 for a wire that nothing drives */
  int duty, range, frequency;
  int level, told;
  unsigned steady, changes;
  gpioAlertFunc_t alert;
};
struct event {
  int gpio, level;
  uint32_t tick;
};

static struct line lines[LINES];
static int trace[TRACE], traced;
static uint32_t traced_lines;
static struct event events[EVENTS];
static unsigned written, taken;
/* Counts the starts: the thread of one that is over may still wait for the event loop to take its last alert. */
static long run;
static int running;
static sem_t waiting[1024];
static pthread_mutex_t pins = PTHREAD_MUTEX_INITIALIZER;

uint32_t gpioTick(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)(now.tv_sec * 1000000ull + now.tv_nsec / 1000);
}

/* Alerts come from a thread of the library's, as in the real one. */
static void *tell(void *own_run) {
  for (;;) {
    sem_wait(&waiting[(long)own_run]);
    if (run != (long)own_run) return NULL;
    struct event event = events[taken++ % EVENTS];
    gpioAlertFunc_t alert = lines[event.gpio].alert;
    if (alert) alert(event.gpio, event.level, event.tick);
  }
}

static void report(int gpio, int level) {
  pthread_mutex_lock(&pins);
  lines[gpio].told = level;
  events[written % EVENTS] = (struct event){gpio, level, gpioTick()};
  written++;
  pthread_mutex_unlock(&pins);
  sem_post(&waiting[run]);
}

/* The glitch filter: a level is told, and stamped, once it was there for so long, unless it is the one that was told last. */
struct change {
  int gpio;
  unsigned number;
  long run;
};
static void *when_steady(void *argument) {
  struct change change = *(struct change *)argument;
  free(argument);
  struct line *line = &lines[change.gpio];
  usleep(line->steady);
  if (running && run == change.run && line->changes == change.number && line->level != line->told)
    report(change.gpio, line->level);
  return NULL;
}

static void settle(int gpio) {
  struct line *line = &lines[gpio];
  int level = line->mode == PI_OUTPUT ? line->latch
              : line->outside >= 0    ? line->outside
                                      : line->pull == PI_PUD_UP;
  if (level == line->level) return;
  line->level = level;
  if (traced_lines >> gpio & 1 && traced < TRACE) trace[traced++] = gpio << 1 | level;
  line->changes++;
  if (!running || !line->alert) return;
  if (line->steady == 0) return report(gpio, level);
  struct change *change = malloc(sizeof *change);
  *change = (struct change){gpio, line->changes, run};
  pthread_t filter;
  pthread_create(&filter, NULL, when_steady, change);
  pthread_detach(filter);
}

/* The real one ends the process with every signal that it was not told to leave alone. */
static void end(int signal) {
  (void)signal;
  _exit(255);
}

int gpioInitialise(void) {
  if (getenv("PIGPIO_STUB_FAILS")) return PI_INIT_FAILED;
  for (int i = 1; i < 32; i++)
    if (i != SIGKILL && i != SIGSTOP && i != SIGCHLD && i != SIGSEGV && i != SIGPIPE && i != SIGPROF) signal(i, end);
  pthread_t teller;
  running = 1;
  sem_init(&waiting[run], 0, 0);
  pthread_create(&teller, NULL, tell, (void *)run);
  pthread_detach(teller);
  return 79;
}

void gpioTerminate(void) {
  if (!running) return;
  running = 0;
  run++;
  sem_post(&waiting[run - 1]);
  written = taken = 0;
}

/* The far end of the wires, for the tests. */
void stub_reset(void) {
  memset(lines, 0, sizeof lines);
  for (int i = 0; i < LINES; i++) lines[i].outside = -1, lines[i].range = 255, lines[i].frequency = 800;
}
void stub_drive(int gpio, int level) {
  lines[gpio].outside = level;
  settle(gpio);
}
void stub_trace(uint32_t bits) { traced_lines = bits, traced = 0; }
int stub_traced(int index) { return index < traced ? trace[index] : -1; }
int stub_level(int gpio) { return lines[gpio].level; }

int gpioSetMode(unsigned gpio, unsigned mode) {
  if (gpio > PI_MAX_GPIO) return PI_BAD_GPIO;
  lines[gpio].mode = mode;
  settle(gpio);
  return 0;
}
int gpioGetMode(unsigned gpio) { return lines[gpio].mode; }
int gpioSetPullUpDown(unsigned gpio, unsigned pud) {
  lines[gpio].pull = pud;
  settle(gpio);
  return 0;
}
int gpioRead(unsigned gpio) { return lines[gpio].level; }
int gpioWrite(unsigned gpio, unsigned level) {
  lines[gpio].latch = level;
  lines[gpio].duty = 0;
  settle(gpio);
  return 0;
}
int gpioPWM(unsigned gpio, unsigned duty) {
  if ((int)duty > lines[gpio].range) return -8;
  lines[gpio].duty = duty;
  lines[gpio].latch = duty > 0;
  settle(gpio);
  return 0;
}
int gpioGetPWMdutycycle(unsigned gpio) { return lines[gpio].duty; }
int gpioSetPWMrange(unsigned gpio, unsigned range) { return lines[gpio].range = range; }
int gpioGetPWMrange(unsigned gpio) { return lines[gpio].range; }
int gpioGetPWMrealRange(unsigned gpio) { return lines[gpio].range; }
int gpioSetPWMfrequency(unsigned gpio, unsigned frequency) { return lines[gpio].frequency = frequency; }
int gpioGetPWMfrequency(unsigned gpio) { return lines[gpio].frequency; }
int gpioSetAlertFunc(unsigned gpio, gpioAlertFunc_t f) {
  lines[gpio].alert = f;
  lines[gpio].told = lines[gpio].level;
  return 0;
}
int gpioGlitchFilter(unsigned gpio, unsigned steady) {
  if (steady > 300000) return -125; /* PI_BAD_FILTER */
  lines[gpio].steady = steady;
  return 0;
}
unsigned gpioHardwareRevision(void) { return 0xa03111; }

/* What pinbus does not call. */
#define NOTHING(name, ...) \
  int name(__VA_ARGS__) { return 0; }
NOTHING(gpioCfgClock, unsigned a, unsigned b, unsigned c)
NOTHING(gpioCfgInterfaces, unsigned a)
NOTHING(gpioCfgSocketPort, unsigned a)
NOTHING(gpioHardwarePWM, unsigned a, unsigned b, unsigned c)
NOTHING(gpioServo, unsigned a, unsigned b)
NOTHING(gpioGetServoPulsewidth, unsigned a)
NOTHING(gpioSetISRFunc, unsigned a, unsigned b, int c, gpioISRFunc_t d)
NOTHING(gpioTrigger, unsigned a, unsigned b, unsigned c)
uint32_t gpioRead_Bits_0_31(void) { return 0; }
uint32_t gpioRead_Bits_32_53(void) { return 0; }
NOTHING(gpioWrite_Bits_0_31_Clear, uint32_t a)
NOTHING(gpioWrite_Bits_32_53_Clear, uint32_t a)
NOTHING(gpioWrite_Bits_0_31_Set, uint32_t a)
NOTHING(gpioWrite_Bits_32_53_Set, uint32_t a)
NOTHING(gpioNotifyOpen, void)
NOTHING(gpioNotifyOpenWithSize, int a)
NOTHING(gpioNotifyBegin, unsigned a, uint32_t b)
NOTHING(gpioNotifyPause, unsigned a)
NOTHING(gpioNotifyClose, unsigned a)
NOTHING(gpioWaveClear, void)
NOTHING(gpioWaveAddNew, void)
NOTHING(gpioWaveAddGeneric, unsigned a, gpioPulse_t *b)
NOTHING(gpioWaveCreate, void)
NOTHING(gpioWaveDelete, unsigned a)
NOTHING(gpioWaveTxSend, unsigned a, unsigned b)
NOTHING(gpioWaveChain, char *a, unsigned b)
NOTHING(gpioWaveTxAt, void)
NOTHING(gpioWaveTxBusy, void)
NOTHING(gpioWaveTxStop, void)
NOTHING(gpioWaveGetMicros, void)
NOTHING(gpioWaveGetHighMicros, void)
NOTHING(gpioWaveGetMaxMicros, void)
NOTHING(gpioWaveGetPulses, void)
NOTHING(gpioWaveGetHighPulses, void)
NOTHING(gpioWaveGetMaxPulses, void)
NOTHING(gpioWaveGetCbs, void)
NOTHING(gpioWaveGetHighCbs, void)
NOTHING(gpioWaveGetMaxCbs, void)
