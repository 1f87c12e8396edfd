// Linked lists, a hash table of chains, an array of pointers: no container that knows its capacity.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct item {
  struct item *next, *previous;
  size_t size;
  char *name;
  char bytes[];
};

int main(void) {
  struct item **table = calloc(4096, sizeof *table);
  for (int i = 0; i < 100000; i++) {
    size_t size = i % 200;
    struct item *item = malloc(sizeof *item + size);
    *item = (struct item){.next = table[i % 4096], .size = size, .name = strdup("some name")};
    memset(item->bytes, i, size);
    if (item->next) item->next->previous = item;
    table[i % 4096] = item;
  }
  printf("[]\n");
  fflush(stdout);
  char end;
  return read(0, &end, 1) < 0;
}
