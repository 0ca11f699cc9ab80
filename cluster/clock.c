// A wall clock that is wrong, or all clocks that run fast, for one process: loaded before its libraries (LD_PRELOAD).
//
// It adds to every reading of the wall clock the whole seconds in the file $WANLAB_CLOCK, which may change meanwhile.
// With $WANLAB_RATE=RATE@EPOCH every clock runs RATE times as fast: the wall clock from EPOCH on, a whole second since
// 1970, the others from the start of the machine; and whatever waits, waits a RATE-th of the time. So the program
// counts the same heartbeats, tries and time-outs to its second as ever; what takes RATE times as long as it ought to
// is the machine's own work: computing, the disk. Without a rate elapsed time is left alone.
//
// Debian's faketime was measured first and does more than that: it takes nng's waits by the monotonic clock for waits
// by the wall clock, so that after a jump of +5 s a node spun with 65 % of a core, and with its "monotonic fix" even
// without a jump. Here a time to wait for tells by its size which clock it is of. See cluster/wanlab.py.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL

// Eight bytes, shared with whoever writes the file.
static const volatile int64_t *ahead;
static int64_t rate = 1, epoch;

__attribute__((constructor)) static void begin(void) {
    long long speed, since;
    const char *fast = getenv("WANLAB_RATE");
    if (fast && sscanf(fast, "%lld@%lld", &speed, &since) == 2 && speed >= 1) {
        rate = speed;
        epoch = since * SECOND;
    }
    const char *path = getenv("WANLAB_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *map = mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (map != MAP_FAILED) ahead = map;
}

static int64_t count(const struct timespec *time) { return time->tv_sec * SECOND + time->tv_nsec; }

static struct timespec spec(int64_t count) {
    return (struct timespec){.tv_sec = count / SECOND, .tv_nsec = count % SECOND};
}

// What the process is told, of what is true; and back. Ten years after the machine's start are no wall clock yet.
static int64_t told(clockid_t clock, int64_t real) {
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
        return epoch + (real - epoch) * rate + (ahead ? *ahead * SECOND : 0);
    int is_elapsed = clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_MONOTONIC_RAW
        || clock == CLOCK_BOOTTIME;
    return is_elapsed ? real * rate : real;
}

static int64_t truth(int64_t told) {
    if (told < 10 * 366 * 86400 * SECOND) return told / rate;
    return epoch + (told - (ahead ? *ahead * SECOND : 0) - epoch) / rate;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    if (syscall(SYS_clock_gettime, clock, time)) return -1;
    *time = spec(told(clock, count(time)));
    return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
    *time = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}

// --- waits ------------------------------------------------------------------------------------------------

int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict until) {
    static int (*next)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    // By name alone there is one for programs of twenty years ago.
    if (!next) next = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
    struct timespec real = spec(truth(count(until)));
    return next(cond, mutex, &real);
}

int timerfd_settime(int file, int flags, const struct itimerspec *value, struct itimerspec *old) {
    int64_t at = count(&value->it_value);
    if (at) at = flags & TFD_TIMER_ABSTIME ? truth(at) : at / rate;
    if (!at && count(&value->it_value)) at = 1;
    struct itimerspec real = {.it_interval = spec(count(&value->it_interval) / rate), .it_value = spec(at)};
    return syscall(SYS_timerfd_settime, file, flags, &real, old);
}

static int part(int milliseconds) { return milliseconds > 0 ? (milliseconds + rate - 1) / rate : milliseconds; }

int epoll_pwait(int file, struct epoll_event *events, int max, int milliseconds, const sigset_t *mask) {
    static int (*next)(int, struct epoll_event *, int, int, const sigset_t *);
    if (!next) next = dlsym(RTLD_NEXT, "epoll_pwait");
    return next(file, events, max, part(milliseconds), mask);
}

int epoll_wait(int file, struct epoll_event *events, int max, int milliseconds) {
    return epoll_pwait(file, events, max, milliseconds, NULL);
}

int poll(struct pollfd *files, nfds_t number, int milliseconds) {
    static int (*next)(struct pollfd *, nfds_t, int);
    if (!next) next = dlsym(RTLD_NEXT, "poll");
    return next(files, number, part(milliseconds));
}

int nanosleep(const struct timespec *time, struct timespec *left) {
    struct timespec real = spec(count(time) / rate);
    int result = syscall(SYS_nanosleep, &real, left);
    if (result && left) *left = spec(count(left) * rate);
    return result;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *left) {
    struct timespec real = spec(flags & TIMER_ABSTIME ? truth(count(time)) : count(time) / rate);
    return syscall(SYS_clock_nanosleep, clock, flags, &real, left) ? errno : 0;
}

int usleep(useconds_t microseconds) {
    struct timespec time = spec(microseconds * 1000LL);
    return nanosleep(&time, NULL);
}
