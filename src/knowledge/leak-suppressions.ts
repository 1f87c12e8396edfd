/**
 * Leaks that every glibc or GLib program has and nobody can mend: heaptrack leaves them out of its
 * leak figures by default. The list and its order are heaptrack's (1.3 to 1.5); a pattern matches
 * like an LSan suppression, anywhere in the stack.
 */
export const BUILT_IN_LEAK_PATTERNS: readonly string[] = [
  '__nss_module_allocate',
  '__gconv_read_conf',
  '__new_exitfn',
  'tzset_internal',
  'dl_open_worker',
  'g_main_context_new',
  'g_thread_self',
];
