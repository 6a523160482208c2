// A machine that fails on demand: preloaded into the proxy, it makes calls fail as a plan says that the test changes
// while the proxy runs. See faulty.py. Nothing of it is part of the product.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

// 64-bit numbers, in the order of faulty.py.
struct plan {
  _Atomic int64_t clock_seconds;  // added to the time of day; the monotonic clock goes on as it is
  _Atomic int64_t write_error;    // errno of writes to the chosen files, of every `write_every`th
  _Atomic int64_t write_every;
  _Atomic int64_t write_half;   // of the next of those writes half is done, and the rest of it fails
  _Atomic int64_t sync_error;   // errno of fdatasync
  _Atomic int64_t delay_ms;     // how long writes and syncs to the chosen files take
  _Atomic int64_t no_threads;   // pthread_create fails
  _Atomic int64_t synced;       // out: bytes of the chosen file that are on the disk
  _Atomic int64_t writes;       // out: how many there were
  _Atomic int64_t open_error;   // errno of opening the chosen files for writing
  _Atomic int64_t names_error;  // EAI_* of every look-up
  _Atomic int64_t names_ms;     // how long one takes
  _Atomic int64_t names_many;   // this many IPv6 addresses before 127.0.0.1 for every name; 0: as it is
};

static struct plan none;
static struct plan* plan = &none;
static const char* chosen;  // part of the paths that are meant

__attribute__((constructor)) static void begin(void) {
  const char* path = getenv("FAULTY_PLAN");
  chosen = getenv("FAULTY_FILES");
  if (path == NULL) return;
  const int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void* shared = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (shared != MAP_FAILED) plan = shared;
  unsetenv("LD_PRELOAD");  // children are none of ours
}

#define REAL(name)               \
  static __typeof__(&name) real; \
  if (real == NULL) real = (__typeof__(real))dlsym(RTLD_NEXT, #name)

static int is_chosen(int file) {
  char link[64], path[4096];
  if (chosen == NULL) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = '\0';
  return strstr(path, chosen) != NULL;
}

static void take(int64_t ms) {
  struct timespec left = {ms / 1000, ms % 1000 * 1000000};
  while (ms > 0 && nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

ssize_t write(int file, const void* data, size_t size) {
  REAL(write);
  const int64_t error = plan->write_error;
  if (!is_chosen(file)) return real(file, data, size);
  take(plan->delay_ms);
  const int64_t number = ++plan->writes;
  const int64_t every = plan->write_every;
  static atomic_int is_rest;
  const int chosen_one = atomic_exchange(&is_rest, 0) || every <= 1 || number % every == 0;
  if (error == 0 || !chosen_one) return real(file, data, size);
  if (plan->write_half && size > 1) {
    plan->write_half = 0;
    is_rest = 1;
    return real(file, data, size / 2);
  }
  errno = (int)error;
  return -1;
}

int fdatasync(int file) {
  REAL(fdatasync);
  if (!is_chosen(file)) return real(file);
  take(plan->delay_ms);
  struct stat now;
  if (plan->sync_error) {
    errno = (int)plan->sync_error;
    return -1;
  }
  if (fstat(file, &now) != 0 || real(file) != 0) return -1;
  plan->synced = now.st_size;
  return 0;
}

static int opened(int (*real)(const char*, int, ...), const char* path, int flags, mode_t mode) {
  const int writes = (flags & (O_WRONLY | O_RDWR | O_CREAT)) != 0;
  if (plan->open_error && writes && chosen != NULL && strstr(path, chosen) != NULL) {
    errno = (int)plan->open_error;
    return -1;
  }
  return real(path, flags, mode);
}

int open(const char* path, int flags, ...) {
  REAL(open);
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return opened(real, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  REAL(open64);
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return opened(real, path, flags, mode);
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*), void* with) {
  REAL(pthread_create);
  return plan->no_threads ? EAGAIN : real(thread, attributes, run, with);
}

// One block each, as freeaddrinfo of glibc expects it.
static struct addrinfo* address(const char* text, struct addrinfo* next) {
  struct addrinfo* const out = calloc(1, sizeof *out + sizeof(struct sockaddr_in6));
  struct sockaddr_in6* const v6 = (struct sockaddr_in6*)(out + 1);
  struct sockaddr_in* const v4 = (struct sockaddr_in*)(out + 1);
  const int is_v6 = strchr(text, ':') != NULL;
  out->ai_family = is_v6 ? AF_INET6 : AF_INET;
  out->ai_socktype = SOCK_STREAM;
  out->ai_addrlen = is_v6 ? sizeof *v6 : sizeof *v4;
  out->ai_addr = (struct sockaddr*)(out + 1);
  out->ai_addr->sa_family = (sa_family_t)out->ai_family;
  inet_pton(out->ai_family, text, is_v6 ? (void*)&v6->sin6_addr : (void*)&v4->sin_addr);
  out->ai_next = next;
  return out;
}

int getaddrinfo(const char* restrict name, const char* restrict service, const struct addrinfo* restrict hints,
                struct addrinfo** restrict out) {
  REAL(getaddrinfo);
  take(plan->names_ms);
  if (plan->names_error) return (int)plan->names_error;
  if (plan->names_many == 0) return real(name, service, hints, out);
  *out = address("127.0.0.1", NULL);
  for (int64_t i = 0; i < plan->names_many; ++i) *out = address("::1", *out);
  return 0;
}

int clock_gettime(clockid_t clock, struct timespec* out) {
  REAL(clock_gettime);
  const int result = real(clock, out);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) out->tv_sec += plan->clock_seconds;
  return result;
}

time_t time(time_t* out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != NULL) *out = now.tv_sec;
  return now.tv_sec;
}

int gettimeofday(struct timeval* restrict out, void* restrict zone) {
  (void)zone;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  out->tv_sec = now.tv_sec;
  out->tv_usec = now.tv_nsec / 1000;
  return 0;
}
