/* Makes a heap of a given shape, says what malloc itself counts of it, waits for a line, calls malloc_trim and says
 * how much anonymous memory it had before and after. With a second argument it dies instead, `abort` or `fault`, or
 * never rests: `busy`. */
#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <fcntl.h>

enum { MANY = 4000, THREADS = 8 };
static void *kept[THREADS][MANY];
static pthread_barrier_t allDone;

static unsigned next_random(unsigned long *state) {
  *state = *state * 6364136223846793005ul + 1442695040888963407ul;
  return *state >> 33;
}

static void fill(void **blocks, int count, unsigned most, unsigned long seed) {
  for (int i = 0; i < count; i++) {
    size_t size = 1 + next_random(&seed) % most;
    blocks[i] = malloc(size);
    memset(blocks[i], 1, size);
  }
}

static void free_every(void **blocks, int from, int to, int step) {
  for (int i = from; i < to; i += step) {
    free(blocks[i]);
    blocks[i] = 0;
  }
}

static void *worker(void *number) {
  void **blocks = kept[(long)number];
  fill(blocks, MANY, 600, (long)number);
  free_every(blocks, 0, MANY, 3);
  pthread_barrier_wait(&allDone);
  return pause(), NULL;
}

static void make(const char *shape) {
  void **blocks = kept[0];
  if (!strcmp(shape, "one")) blocks[0] = malloc(24);
  if (!strcmp(shape, "small")) fill(blocks, MANY, 100, 1);
  if (!strcmp(shape, "fast")) fill(blocks, MANY, 100, 2), free_every(blocks, 0, MANY, 2);
  if (!strcmp(shape, "bins")) fill(blocks, MANY, 3000, 3), free_every(blocks, 0, MANY, 2);
  if (!strcmp(shape, "storm")) {
    for (int i = 0; i < 5; i++) fill(blocks, MANY, 500, i), free_every(blocks, 0, MANY, 1);
    fill(blocks, 100, 500, 9);
  }
  if (!strcmp(shape, "realloc")) {
    for (int i = 0; i < 100; i++)
      for (size_t size = 16; size < 20000 + (size_t)i * 100; size *= 2) {
        blocks[i] = realloc(blocks[i], size);
        memset(blocks[i], 3, size);
      }
  }
  if (!strcmp(shape, "large")) {
    for (int i = 0; i < 50; i++) blocks[i] = malloc(200000 + i * 5000), memset(blocks[i], 1, 1000 * i);
    free_every(blocks, 0, 50, 3);
    for (int i = 50; i < 80; i++) blocks[i] = malloc(150000);
  }
  if (!strcmp(shape, "aligned")) {
    for (int i = 0; i < 200; i++) {
      size_t alignment = 64 << i % 7;
      blocks[i] = aligned_alloc(alignment, alignment * (1 + i % 9));
      blocks[200 + i] = malloc(40);
    }
    blocks[500] = aligned_alloc(65536, 655360);
    free_every(blocks, 0, 400, 3);
  }
  if (!strcmp(shape, "hole") || !strcmp(shape, "trimmed")) {
    fill(blocks, MANY, 2000, 4);
    free_every(blocks, 200, 3800, 1);
    if (!strcmp(shape, "trimmed")) malloc_trim(0);
  }
  if (!strcmp(shape, "brk")) {
    fill(blocks, 1000, 3000, 5);
    if (sbrk(4096) == (void *)-1) abort();
    fill(blocks + 1000, 3000, 3000, 6);
    free_every(blocks, 0, MANY, 2);
  }
  if (!strcmp(shape, "threads")) {
    pthread_barrier_init(&allDone, 0, THREADS + 1);
    for (long i = 0; i < THREADS; i++) {
      pthread_t thread;
      pthread_create(&thread, 0, worker, (void *)i);
    }
    pthread_barrier_wait(&allDone);
  }
}

/* The sum over all mappings is exact, as VmRSS is not; it is read without a call of malloc. */
static long anonymous_kib(void) {
  static char text[4096];
  int file = open("/proc/self/smaps_rollup", O_RDONLY);
  long length = read(file, text, sizeof text - 1);
  close(file);
  if (length <= 0) return 0;
  return atol(strstr(text, "Anonymous:") + strlen("Anonymous:"));
}

static void say(const char *line) {
  if (write(1, line, strlen(line)) < 0) abort();
}

int main(int argc, char **argv) {
  static char line[400];
  make(argv[1]);
  struct mallinfo2 info = mallinfo2();
  snprintf(line, sizeof line,
           "{\"arena\":%zu,\"ordblks\":%zu,\"smblks\":%zu,\"hblks\":%zu,\"hblkhd\":%zu,\"fsmblks\":%zu,"
           "\"uordblks\":%zu,\"fordblks\":%zu}\n",
           info.arena, info.ordblks, info.smblks, info.hblks, info.hblkhd, info.fsmblks, info.uordblks,
           info.fordblks);
  anonymous_kib();
  say(line);
  if (argc > 2 && !strcmp(argv[2], "busy"))
    for (unsigned long seed = 1;;) {
      void **block = &kept[0][next_random(&seed) % MANY];
      free(*block);
      *block = malloc(1 + next_random(&seed) % 2000);
    }
  if (argc > 2 && !strcmp(argv[2], "fault")) *(volatile int *)0x10 = 1;
  if (argc > 2) abort();
  if (read(0, line, 1) <= 0) return 0;
  long before = anonymous_kib();
  malloc_trim(0);
  long after = anonymous_kib();
  snprintf(line, sizeof line, "{\"before\":%ld,\"after\":%ld}\n", before, after);
  say(line);
  return 0;
}
