/* Says that it is there, and waits; without a C library, which for 32 bits is seldom installed. */
static int call(int number, int a, const void *b, int c) {
  int result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
  return result;
}

void _start(void) {
  char byte;
  call(4, 1, "{}\n", 3);
  call(3, 0, &byte, 1);
  call(1, 0, 0, 0);
}
