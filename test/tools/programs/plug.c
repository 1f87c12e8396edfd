#include <stdlib.h>

void plug(int count) {
  for (int i = 0; i < count; i++) {
    void* block = calloc(i + 1, 8);
    if (i % 2) free(block);
  }
}
