/* Ends with a buffer that grew by realloc and with small blocks of two functions; prints what it holds. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS 900000
#define NAMES 20000
#define NODES 5000

static char *names[NAMES];
static char *nodes[NODES];

static __attribute__((noinline)) void make_names(void) {
  for (int i = 0; i < NAMES; i++) names[i] = memset(malloc(200), 1, 200);
}

static __attribute__((noinline)) void make_nodes(void) {
  for (int i = 0; i < NODES; i++) nodes[i] = memset(malloc(88), 1, 88);
}

static __attribute__((noinline)) long *grow_words(void) {
  long *words = NULL;
  size_t capacity = 0;
  for (size_t i = 0; i < WORDS; i++) {
    if (i == capacity) words = realloc(words, sizeof *words * (capacity = capacity ? 2 * capacity : 16384));
    words[i] = i;
  }
  return words;
}

int main(int argc, char **argv) {
  make_names();
  make_nodes();
  long *words = grow_words();
  char line[200];
  int length = snprintf(line, sizeof line, "{\"address\":%lu}\n", (unsigned long)words);
  if (write(STDOUT_FILENO, line, length) != length) return 1;
  if (argc > 1) raise(atoi(argv[1]));
  return 0;
}
