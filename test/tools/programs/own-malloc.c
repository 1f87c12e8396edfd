/* Has a malloc of its own, and what the messages of the one named on the command line begin with. */
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MESSAGE
#define MESSAGE ""
#endif

const char *volatile message = MESSAGE;
static char *next, *end;

void *malloc(size_t size) {
  size = (size + 31) & ~(size_t)15;
  if (next == NULL || size > (size_t)(end - next)) {
    size_t mapped = size > 1 << 20 ? size : 1 << 20;
    next = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    end = next + mapped;
  }
  char *block = next;
  next += size;
  return block;
}

void free(void *block) { (void)block; }

int main(void) {
  for (int i = 0; i < 20000; i++) *(char *volatile)malloc(100) = 1;
  if (write(STDOUT_FILENO, "{}\n", 3) != 3) return 1;
  char byte;
  return read(STDIN_FILENO, &byte, 1) < 0;
}
