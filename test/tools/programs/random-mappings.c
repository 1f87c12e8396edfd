/*
 * Does random things to its own address space, then writes down the map that the kernel has of it.
 * The log of its system calls must give the same map.
 *
 * random-mappings SEED STEPS TOUCH: TOUCH 1 writes to what it maps, as programs do.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

#define PAGE 4096UL
#define PAGES 64UL

static char *const BASE = (char *)0x200000000000;
static unsigned long state;
static int touches;

static unsigned long below(unsigned long n) {
  state = state * 6364136223846793005UL + 1442695040888963407UL;
  return (state >> 33) % n;
}

static int rights(void) {
  static const int all[] = {PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE, PROT_READ | PROT_EXEC};
  return all[below(4)];
}

static sigjmp_buf past;

static void skip(int signal) { siglongjmp(past, signal); }

/* Writes to each page that can be written. */
static void touch(char *at, unsigned long pages) {
  if (!touches) return;
  for (volatile unsigned long i = 0; i < pages; i++) {
    if (!sigsetjmp(past, 0)) at[i * PAGE] = 1;
  }
}

/* A call over a hole fails, but not before it has done a part: those are left out. */
static int is_whole(char *at, unsigned long length) { return msync(at, length, MS_ASYNC) == 0; }

static void map(int file) {
  char *at = BASE + below(PAGES) * PAGE;
  unsigned long pages = 1 + below(8), kind = below(4);
  static const int flags[] = {
      MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED,
      MAP_PRIVATE | MAP_FIXED,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
  };
  long offset = kind == 1 ? below(4) * PAGE : 0;
  mmap(at, pages * PAGE - 5, rights(), flags[kind], kind == 1 ? file : -1, offset);
  touch(at, pages);
}

static void remap(void) {
  char *at = BASE + below(PAGES) * PAGE;
  char *to = BASE + below(PAGES) * PAGE;
  unsigned long old = 1 + below(6), new = 1 + below(6);
  if (!is_whole(at, old * PAGE)) return;
  switch (below(4)) {
    case 0:
      mremap(at, old * PAGE, new * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to);
      touch(to, new);
      break;
    case 1:
      mremap(at, old * PAGE, old * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, to);
      touch(to, old);
      touch(at, old);
      break;
    case 2:
      mremap(at, 0, new * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to);
      break;
    default:
      mremap(at, old * PAGE, new * PAGE, 0);
      touch(at, new);
  }
}

static void advise(void) {
  static const int all[] = {MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_DONTDUMP,   MADV_DODUMP,
                            MADV_RANDOM,   MADV_NORMAL,     MADV_SEQUENTIAL, MADV_DONTFORK};
  char *at = BASE + below(PAGES) * PAGE;
  unsigned long length = (1 + below(6)) * PAGE;
  if (is_whole(at, length)) madvise(at, length, all[below(8)]);
}

static void write_map(void) {
  char text[4096];
  int maps = open("/proc/self/maps", O_RDONLY);
  for (long length; (length = read(maps, text, sizeof text)) > 0;) write(1, text, length);
}

int main(int count, char **words) {
  if (count < 4) return 2;
  state = strtoul(words[1], 0, 10);
  touches = words[3][0] == '1';
  int file = open(words[0], O_RDONLY);
  struct sigaction skipping = {.sa_handler = skip, .sa_flags = SA_NODEFER};
  sigaction(SIGSEGV, &skipping, 0);
  sigaction(SIGBUS, &skipping, 0);
  int segment = shmget(IPC_PRIVATE, 3 * PAGE, IPC_CREAT | 0600);
  for (unsigned long steps = strtoul(words[2], 0, 10); steps > 0; steps--) {
    char *at = BASE + below(PAGES) * PAGE;
    switch (below(9)) {
      case 0:
      case 1:
      case 2:
        map(file);
        break;
      case 3:
        munmap(at, (1 + below(6)) * PAGE - 7);
        break;
      case 4:
        if (!is_whole(at, 3 * PAGE)) break;
        mprotect(at, 3 * PAGE, rights());
        touch(at, 3);
        break;
      case 5:
        remap();
        break;
      case 6:
        advise();
        break;
      case 7:
        sbrk((long)below(5) * PAGE - (long)below(4) * 1000);
        break;
      default:
        if (below(2)) shmat(segment, at, below(2) ? SHM_RDONLY : 0);
        else shmdt(at);
    }
  }
  shmctl(segment, IPC_RMID, 0);
  write_map();
  return 0;
}
