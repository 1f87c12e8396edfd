/* Frees three of four blocks, and prints mallinfo2 at its end without allocating any more. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCKS 20000

int main(void) {
  char **blocks = malloc(BLOCKS * sizeof *blocks);
  for (int i = 0; i < BLOCKS; i++) {
    blocks[i] = malloc(500);
    memset(blocks[i], 1, 500);
  }
  /* Touched: all of it is in RAM. */
  for (int i = 0; i < BLOCKS; i++) {
    if (i % 4 != 0) free(blocks[i]);
  }
  struct mallinfo2 info = mallinfo2();
  char line[200];
  int length = snprintf(line, sizeof line,
                        "{\"uordblks\":%zu,\"fordblks\":%zu,\"hblkhd\":%zu}\n",
                        info.uordblks, info.fordblks, info.hblkhd);
  return write(STDOUT_FILENO, line, length) == length ? 0 : 1;
}
