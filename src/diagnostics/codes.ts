/**
 * Every way in which a capture can be wrong or surprising, as data.
 *
 * `severity`: an error means that no result can be shown; a warning that the result is still right
 * as far as the capture can be read; a note that something is worth knowing. `--strict` turns
 * warnings into exit 1. `exit` is the exit code of an error (1 where absent). docs/diagnostics.md
 * explains each one; a test holds the two together.
 */
export type Severity = 'error' | 'warning' | 'note';

interface CodeInfo {
  readonly severity: Severity;
  readonly hint?: string;
  readonly exit?: number;
}

const TABLE = {
  'input/not-found': {
    severity: 'error',
    hint: 'check the path; a bare number is taken as a PID, ./1234 is a file of that name',
  },
  'input/directory': { severity: 'error', hint: 'name the capture file inside it' },
  'input/no-permission': {
    severity: 'error',
    hint: 'captures must be readable; a live process must be your own, or run memtool as root',
  },
  'input/map-not-permitted': {
    severity: 'warning',
    hint: 'a live process must be your own, or run memtool as root',
  },
  'input/unreadable': { severity: 'error' },
  'input/no-such-process': {
    severity: 'error',
    exit: 42,
    hint: 'it may have ended; `pgrep -a NAME` lists PIDs',
  },
  'input/kernel-thread': { severity: 'error', hint: 'kernel threads have no user memory' },
  'input/terminal': {
    severity: 'error',
    exit: 2,
    hint: 'pipe a capture in, or name a file',
  },
  'input/no-resources': {
    severity: 'error',
    hint: 'raise the limits that `ulimit -a` shows',
  },
  'input/read-twice': { severity: 'error', exit: 2, hint: 'name - once' },
  'input/empty': { severity: 'error', hint: 'the capturing command may have failed' },
  'input/interrupted': { severity: 'warning' },
  'input/truncated': {
    severity: 'warning',
    hint: 'the recording was cut (killed program, full disk, copy in progress): what could be read is shown',
  },
  'input/corrupt': {
    severity: 'warning',
    hint: 'the bytes after this point cannot be decompressed: what came before is shown',
  },
  'input/trailing-garbage': {
    severity: 'warning',
    hint: 'bytes that belong to no compressed frame were left out',
  },
  'input/unsupported-compression': { severity: 'error' },
  'input/line-too-long': {
    severity: 'warning',
    hint: 'only the beginning of the line was looked at',
  },
  'input/document-too-long': {
    severity: 'error',
    hint: 'capture a shorter run, or one with fewer call stacks',
  },
  'input/not-captures': { severity: 'note', hint: 'they were left out' },
  'input/no-captures': {
    severity: 'error',
    hint: 'to make some: memtool record COMMAND',
  },
  'format/unknown': { severity: 'error' },
  'format/no-parts': {
    severity: 'error',
    hint: 'name each file in a call of its own',
  },
  'format/other-command': { severity: 'error' },
  'explain/unknown-topic': { severity: 'error', exit: 2 },
  'record/incomplete': { severity: 'warning' },
  'pmap/malformed-row': { severity: 'warning', hint: 'the row was left out of all sums' },
  'pmap/unexpected-line': {
    severity: 'warning',
    hint: 'the line is no row, header or total of pmap and was left out',
  },
  'pmap/total-differs': {
    severity: 'warning',
    hint: 'memtool shows the sum of the rows; the capture may be edited or cut',
  },
  'pmap/piled-total': {
    severity: 'note',
    hint: '`pmap -X` of procps before 4.0.4 does so; memtool shows the sum of the rows',
  },
  'pmap/filtered-total': {
    severity: 'note',
    hint: '`pmap -x -A` does so; memtool shows the sum of the rows',
  },
  'pmap/total-missing': {
    severity: 'warning',
    hint: 'the capture has a header but no total line: it was probably cut off',
  },
  'pmap/no-rows': {
    severity: 'error',
    hint: 'pmap prints only this line when it may not read the process',
  },
  'pmap/doubled-row': {
    severity: 'note',
    hint: 'procps before 3.3.13 prints every row twice on newer kernels; the second was left out',
  },
  'pmap/unknown-name': { severity: 'note', hint: 'tell us the language of this pmap' },
  'map/overlap': {
    severity: 'warning',
    hint: 'the capture is of several processes, or was edited; sums count what overlaps twice',
  },
  'proc/unexpected-line': { severity: 'warning', hint: 'the line was left out' },
  'proc/no-memory': { severity: 'error' },
  'smaps/malformed-header': { severity: 'warning', hint: 'the mapping was left out of all sums' },
  'smaps/incomplete-mapping': {
    severity: 'warning',
    hint: 'a line is damaged, or the file was cut here; the mapping was left out of all sums',
  },
  'smaps/missing-fields': {
    severity: 'warning',
    hint: 'the file was probably filtered; what these fields would tell is not known and not shown',
  },
  'smaps/malformed-field': { severity: 'warning', hint: 'the field was left out' },
  'strace/unrecognised-line': {
    severity: 'warning',
    hint: 'the traced program may have written into the log; `strace -o FILE` keeps them apart',
  },
  'strace/malformed-call': { severity: 'warning', hint: 'the call was left out' },
  'strace/impossible-call': {
    severity: 'warning',
    hint: 'the line is damaged; the call was left out',
  },
  'strace/resumed-without-start': {
    severity: 'note',
    hint: 'the log was attached or cut in the middle; the call was left out',
  },
  'strace/clock-goes-back': {
    severity: 'note',
    hint: 'lines out of order (-z, -e status), a clock that was set, or another log; such lines have the latest time',
  },
  'strace/parts-without-time': {
    severity: 'note',
    hint: 'calls of threads that share memory may be in another order than they were; record with strace -ff -ttt',
  },
  'strace/cut': { severity: 'warning', hint: 'what the log says up to here is shown' },
  'strace/no-such-line': { severity: 'error', hint: 'choose a smaller number for --map-at' },
  'strace/summary-only': {
    severity: 'error',
    hint: 'record the calls themselves: strace -f -tt -o strace.log COMMAND',
  },
  'core/unsupported': {
    severity: 'error',
    hint: 'memtool core reads ELF cores of Linux on x86-64 and arm64: of the kernel, gcore, systemd-coredump',
  },
  'core/no-memory': { severity: 'error' },
  'core/truncated': {
    severity: 'warning',
    hint: 'a size limit (ulimit -c, ExternalSizeMax of coredump.conf) or a full disk cut it; what is missing is shown as unknown, not as zero',
  },
  'core/overlap': { severity: 'warning', hint: 'the file is damaged; they were left out' },
  'core/damaged-notes': {
    severity: 'warning',
    hint: 'threads, signal or names of files may be missing',
  },
  'core/no-files': {
    severity: 'warning',
    hint: 'kernels before 3.7 and some tools write no such list (NT_FILE): all rows count as anonymous',
  },
  'heap/not-permitted': {
    severity: 'error',
    hint: 'it takes the same user and kernel.yama.ptrace_scope=0, or root or CAP_SYS_PTRACE; gcore PID and memtool core need the same',
  },
  'heap/other-width': {
    severity: 'error',
    hint: 'memtool walks heaps of 64 bits alone; its memory map is read as any other: memtool pmap PID',
  },
  'heap/other-allocator': {
    severity: 'note',
    hint: 'memtool knows how glibc lays out its heap, and no other; what the map says of that memory: memtool pmap',
  },
  'heap/none': {
    severity: 'note',
    hint: 'a program without glibc, a static one of another C library, or glibc before 2.26 or after 2.43',
  },
  'heap/damaged': {
    severity: 'warning',
    hint: 'something wrote outside its block, or the core is cut; what lies behind that place is counted as not accounted for',
  },
  'heap/changing': {
    severity: 'warning',
    hint: 'the process allocates all the time: try again, or stop it meanwhile (kill -STOP PID, kill -CONT PID)',
  },
  'heap/mapped-differ': {
    severity: 'warning',
    hint: 'blocks in mappings of their own are missing from the account, or were freed meanwhile',
  },
  'heap/no-caches': {
    severity: 'note',
    hint: 'since glibc 2.42 a thread has one from its first free on; they may be turned off (glibc.malloc.tcache_count=0), or be of a glibc after 2.43: then blocks in them count as live',
  },
  'account/unreadable': { severity: 'error' },
  'account/unexpected-line': { severity: 'warning', hint: 'the line was left out' },
  'account/empty': {
    severity: 'error',
    hint: 'the process has no heap of glibc malloc: memtool pmap says what its memory map tells',
  },
  'heap/not-recorded': { severity: 'error', exit: 2 },
  'dhat/unknown-version': { severity: 'error', hint: 'a newer memtool may read it' },
  'dhat/cut': {
    severity: 'warning',
    hint: 'what came before is shown; a program that is killed leaves no whole file',
  },
  'dhat/malformed-point': { severity: 'warning', hint: 'the point was left out of all sums' },
  'dhat/unexpected-value': { severity: 'warning' },
  'dhat/index-out-of-range': { severity: 'warning', hint: 'the frame is shown without a name' },
  'dhat/unknown-unit': {
    severity: 'warning',
    hint: 'memtool knows instrs, ns, µs, ms and s; times and lifetimes were left out',
  },
  'massif/no-snapshots': { severity: 'error' },
  'massif/cut': { severity: 'warning', hint: 'what came before is shown' },
  'massif/incomplete-snapshot': {
    severity: 'warning',
    hint: 'a part of the file is missing or damaged; what is there of it is shown',
  },
  'massif/unexpected-line': { severity: 'warning', hint: 'the line was left out' },
  'massif/unknown-unit': {
    severity: 'warning',
    hint: 'memtool knows i, ms, B and s; the heap over time was left out',
  },
  'massif/pages': {
    severity: 'note',
    hint: 'without --pages-as-heap massif counts blocks of the heap',
  },
  'massif/stacks': { severity: 'note' },
  'xtree/no-stacks': {
    severity: 'note',
    hint: "a file of massif's form has them: --xtree-memory-file=xtree.ms",
  },
  'xtree/unexpected-line': { severity: 'warning', hint: 'the line was left out' },
  'jemalloc-heap/no-period': { severity: 'error', hint: 'without it samples cannot be scaled' },
  'jemalloc-heap/no-map': { severity: 'warning', hint: 'the file was probably cut' },
  'jemalloc-heap/unexpected-line': { severity: 'warning', hint: 'the line was left out' },
  'heap-text/unknown-sampling': {
    severity: 'error',
    hint: 'memtool knows heapprofile, heap_v2/PERIOD, heap/PERIOD and growth',
  },
  'heap-text/unexpected-line': { severity: 'warning', hint: 'the line was left out' },
  'pprof/no-heap': {
    severity: 'error',
    hint: 'a heap profile counts inuse_space or alloc_space: /debug/pprof/heap of a Go program',
  },
  'pprof/cut': { severity: 'warning', hint: 'what came before is shown' },
  'pprof/malformed-sample': {
    severity: 'warning',
    hint: 'they were left out; differences of profiles (-diff_base) have such',
  },
  'mtrace/unexpected-line': { severity: 'warning', hint: 'the line was left out' },
  'mtrace/unknown-frees': { severity: 'note' },
  'mtrace/lost-frees': {
    severity: 'warning',
    hint: 'frees are missing from the log: it was edited, or threads wrote at once; the old blocks stay live',
  },
  'event-log/fields': { severity: 'note' },
  'event-log/malformed-event': { severity: 'warning' },
  'heaptrack/unknown-version': { severity: 'error', hint: 'a newer memtool may read it' },
  'heaptrack/not-symbolised': {
    severity: 'note',
    hint: 'install heaptrack (apt install heaptrack) and read the recording on the machine that made it; until then stacks show code addresses and modules',
  },
  'heaptrack/damaged': {
    severity: 'warning',
    hint: 'this record and all behind it were left out: the file is damaged, and some before it may be wrong as well',
  },
  'heaptrack/malformed-record': { severity: 'warning', hint: 'the record was left out' },
  'heaptrack/unknown-record': { severity: 'warning', hint: 'the record was left out' },
  'heaptrack/index-out-of-range': { severity: 'warning', hint: 'the event was left out' },
  'heaptrack/second-recording': {
    severity: 'warning',
    hint: 'only the first is read; recordings are read one file each',
  },
  'heaptrack/clock-goes-back': { severity: 'warning', hint: 'the time stamp was left out' },
  'heaptrack/empty-window': { severity: 'error', hint: 'choose an earlier --from' },
  'heaptrack/impossible-frees': {
    severity: 'warning',
    hint: 'the file is damaged: what was live, and never freed, is too small by them',
  },
  'heaptrack/impossible-size': {
    severity: 'warning',
    hint: 'the file is damaged: a size in it is wrong',
  },
  'heaptrack/no-suppressions': { severity: 'error', hint: 'check the path after --suppressions' },
  'heaptrack/invalid-suppression': {
    severity: 'warning',
    hint: 'the line was left out; a suppression reads leak:PATTERN',
  },
  'heaptrack/cut-record': { severity: 'warning', hint: 'the record was left out' },
  'heaptrack/no-trailer': {
    severity: 'warning',
    hint: 'what was live at the end of the file is shown as leaked, and may not be',
  },
  'heaptrack/trailer-differs': { severity: 'warning', hint: 'a part of the file may be missing' },
} as const satisfies Record<string, CodeInfo>;

export type DiagnosticCode = keyof typeof TABLE;

export const DIAGNOSTIC_CODES = Object.keys(TABLE) as readonly DiagnosticCode[];

export function codeInfo(code: DiagnosticCode): CodeInfo {
  return TABLE[code];
}
