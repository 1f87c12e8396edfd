/**
 * Functions below which a stack says nothing about the program: heaptrack's own list. What glibc
 * since 2.34 calls below main (`__libc_start_call_main`) is missing there, and so is the bottom of
 * threads; a stack without any of these runs to its end.
 */
export const STACK_BOTTOM: ReadonlySet<string> = new Set([
  'main',
  '__libc_start_main',
  '__static_initialization_and_destruction_0',
]);
