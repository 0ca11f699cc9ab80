// A wide-area network in user space between network namespaces, for kernels without netem. See cluster/wanlab.py.
//
//   wan SEED SOCKET NAMESPACE...      namespaces as /run/netns files; the I-th gets 10.77.0.I on its TUN device wan0
//
// What one namespace sends to another waits here for as long as the link's delay, in order, or is lost, or comes
// twice. Every ordered pair of namespaces is a link of its own with a random stream of its own, so that one link's
// traffic does not shift the dice of the others. What is sent to no namespace vanishes, which makes wan0 a black
// hole.
//
// SOCKET takes datagrams of one command each and answers each with one:
//   link FROM TO DELAY_US JITTER_US LOSS_PPM TWICE_PPM CUT   sets a link (numbers from 1; CUT is 0 or 1)
//   show                                                     a line per link: its settings, then sent, lost, twice
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { SITES_MAX = 8, QUEUE_MAX = 20000, BURST = 64 };

struct packet {
    struct packet *next;
    uint64_t due;
    size_t length;
    unsigned char bytes[];
};

struct link {
    uint64_t delay, jitter;  // nanoseconds
    uint32_t loss, twice;    // of a million
    int is_cut;
    uint64_t random, newest;  // `newest`: when the last packet of the queue is due
    struct packet *first, *last;
    size_t queued;
    uint64_t sent, lost, doubled;
};

static struct link links[SITES_MAX][SITES_MAX];
static int sites, device[SITES_MAX];

static void fail(const char *what) {
    fprintf(stderr, "wan: %s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

// SplitMix64.
static uint64_t draw(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static int happens(struct link *link, uint32_t ppm) { return ppm && draw(&link->random) % 1000000 < ppm; }

// Opens the TUN device of a namespace and gives it its address.
static int open_site(const char *path, int number) {
    int space = open(path, O_RDONLY | O_CLOEXEC);
    if (space < 0 || setns(space, CLONE_NEWNET)) fail(path);
    close(space);
    int tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    struct ifreq request = {.ifr_name = "wan0"};
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    if (tun < 0 || ioctl(tun, TUNSETIFF, &request)) fail("/dev/net/tun");
    char command[200];
    snprintf(command, sizeof command, "ip address add 10.77.0.%d/24 dev wan0 && ip link set wan0 up", number);
    if (system(command)) fail(command);
    return tun;
}

static void enqueue(struct link *link, const unsigned char *bytes, size_t length, uint64_t delay) {
    struct packet *packet = malloc(sizeof *packet + length);
    if (!packet) fail("memory");
    uint64_t due = now() + delay;
    if (due < link->newest) due = link->newest;
    link->newest = due;
    *packet = (struct packet){.due = due, .length = length};
    memcpy(packet->bytes, bytes, length);
    if (link->last) link->last->next = packet;
    else link->first = packet;
    link->last = packet;
    link->queued++;
}

static void take(int from, const unsigned char *bytes, size_t length) {
    // 10.77.0.TO of IPv4; all else goes nowhere.
    if (length < 20 || bytes[0] >> 4 != 4 || memcmp(bytes + 16, "\x0a\x4d\x00", 3)) return;
    int to = bytes[19] - 1;
    if (to < 0 || to >= sites || to == from) return;
    struct link *link = &links[from][to];
    uint64_t jitter = link->jitter ? draw(&link->random) % link->jitter : 0;
    int is_lost = happens(link, link->loss), comes_twice = happens(link, link->twice);
    if (link->is_cut || is_lost || link->queued >= QUEUE_MAX) {
        link->lost++;
        return;
    }
    link->sent++;
    enqueue(link, bytes, length, link->delay + jitter);
    if (comes_twice) {
        link->doubled++;
        enqueue(link, bytes, length, link->delay + jitter);
    }
}

// Hands over what is due; gives back when the next packet is. What was under way when a link was cut is lost.
static uint64_t deliver(void) {
    uint64_t next = UINT64_MAX, time = now();
    for (int from = 0; from < sites; from++) {
        for (int to = 0; to < sites; to++) {
            struct link *link = &links[from][to];
            while (link->first && (link->is_cut || link->first->due <= time)) {
                struct packet *packet = link->first;
                if (link->is_cut || write(device[to], packet->bytes, packet->length) < 0) link->lost++;
                link->first = packet->next;
                if (!link->first) link->last = NULL;
                link->queued--;
                free(packet);
            }
            if (link->first && link->first->due < next) next = link->first->due;
        }
    }
    return next;
}

static size_t show(char *out, size_t size) {
    size_t used = 0;
    for (int from = 0; from < sites; from++)
        for (int to = 0; to < sites; to++) {
            if (from == to || used + 200 > size) continue;
            const struct link *link = &links[from][to];
            used += (size_t)snprintf(
                out + used, size - used, "%d %d %llu %llu %u %u %d %llu %llu %llu\n", from + 1, to + 1,
                (unsigned long long)link->delay / 1000, (unsigned long long)link->jitter / 1000, link->loss,
                link->twice, link->is_cut, (unsigned long long)link->sent, (unsigned long long)link->lost,
                (unsigned long long)link->doubled);
        }
    return used;
}

static void obey(int control) {
    static char text[256], answer[16384];
    struct sockaddr_un sender;
    socklen_t size = sizeof sender;
    ssize_t length = recvfrom(control, text, sizeof text - 1, 0, (struct sockaddr *)&sender, &size);
    if (length <= 0) return;
    text[length] = 0;
    unsigned from, to, loss, twice, cut;
    unsigned long long delay, jitter;
    size_t used;
    if (sscanf(text, "link %u %u %llu %llu %u %u %u", &from, &to, &delay, &jitter, &loss, &twice, &cut) == 7
        && from - 1 < (unsigned)sites && to - 1 < (unsigned)sites && from != to) {
        struct link *link = &links[from - 1][to - 1];
        link->delay = delay * 1000;
        link->jitter = jitter * 1000;
        link->loss = loss;
        link->twice = twice;
        link->is_cut = cut != 0;
        used = (size_t)sprintf(answer, "ok");
    } else if (!strncmp(text, "show", 4)) {
        used = show(answer, sizeof answer);
    } else {
        used = (size_t)sprintf(answer, "no such command or link: %.200s", text);
    }
    sendto(control, answer, used, 0, (struct sockaddr *)&sender, size);
}

int main(int count, char **words) {
    sites = count - 3;
    if (sites < 2 || sites > SITES_MAX) {
        fprintf(stderr, "usage: wan SEED SOCKET NAMESPACE NAMESPACE... (2 to %d)\n", SITES_MAX);
        return 2;
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    prctl(PR_SET_TIMERSLACK, 50000);
    uint64_t seed = strtoull(words[1], NULL, 10);
    for (int from = 0; from < sites; from++)
        for (int to = 0; to < sites; to++) {
            links[from][to].random = seed * SITES_MAX * SITES_MAX + (uint64_t)(from * SITES_MAX + to);
            draw(&links[from][to].random);
        }
    for (int site = 0; site < sites; site++) device[site] = open_site(words[3 + site], site + 1);
    int control = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", words[2]);
    unlink(words[2]);
    if (control < 0 || bind(control, (struct sockaddr *)&address, sizeof address)) fail(words[2]);
    for (;;) {
        uint64_t next = deliver(), time = now();
        uint64_t wait = next == UINT64_MAX ? 1000000000u : next > time ? next - time : 0;
        struct timespec pause = {(time_t)(wait / 1000000000u), (long)(wait % 1000000000u)};
        struct pollfd wanted[SITES_MAX + 1];
        for (int site = 0; site < sites; site++) wanted[site] = (struct pollfd){device[site], POLLIN, 0};
        wanted[sites] = (struct pollfd){control, POLLIN, 0};
        if (ppoll(wanted, (nfds_t)sites + 1, &pause, NULL) < 0 && errno != EINTR) fail("ppoll");
        static unsigned char bytes[65536];
        for (int site = 0; site < sites; site++)
            for (int burst = 0; (wanted[site].revents & POLLIN) && burst < BURST; burst++) {
                ssize_t length = read(device[site], bytes, sizeof bytes);
                if (length <= 0) break;
                take(site, bytes, (size_t)length);
            }
        if (wanted[sites].revents & POLLIN) obey(control);
    }
}
