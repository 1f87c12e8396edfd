import { describe, expect, test } from 'vitest';
import { splitArgs } from '../../src/parsers/strace/args.ts';
import { parseLine } from '../../src/parsers/strace/line.ts';
import { parsePrefix } from '../../src/parsers/strace/prefix.ts';

describe('prefixes', () => {
  test.each([
    ['brk(NULL) = 0x5', { pid: 0 }],
    ['29394 brk(NULL) = 0x5', { pid: 29394 }],
    ['311   brk(NULL) = 0x5', { pid: 311 }],
    ['[pid   311] brk(NULL) = 0x5', { pid: 311 }],
    ['29302<sh> brk(NULL) = 0x5', { pid: 29302 }],
    ['29302<my prog \\76> brk(NULL) = 0x5', { pid: 29302 }],
    ['[pid 29302<sh>] brk(NULL) = 0x5', { pid: 29302 }],
    ['23:44:20 brk(NULL) = 0x5', { stamp: '23:44:20' }],
    ['7  23:44:20.233033 brk(NULL) = 0x5', { pid: 7, stamp: '23:44:20.233033' }],
    ['1795217762.929420 brk(NULL) = 0x5', { pid: 0, stamp: '1795217762.929420' }],
    ['1795217762 brk(NULL) = 0x5', { pid: 0, stamp: '1795217762' }],
    ['     0.000321 brk(NULL) = 0x5', { pid: 0, gap: '0.000321' }],
    ['7478       0.000269 brk(NULL) = 0x5', { pid: 7478, gap: '0.000269' }],
    [
      '7478  23:44:20.233033 (+     0.000245) [  12] [00007f05bd29ac47] brk(NULL) = 0x5',
      { pid: 7478, stamp: '23:44:20.233033', gap: '0.000245' },
    ],
    ['[  59] [????????????????] brk(NULL) = 0x5', { pid: 0 }],
    ['7478  [unconfined_u:unconfined_r:unconfined_t:s0] brk(NULL) = 0x5', { pid: 7478 }],
  ])('%s', (text, expected) => {
    const prefix = parsePrefix(text);
    expect(prefix).toMatchObject(expected);
    expect(text.slice(prefix.end)).toBe('brk(NULL) = 0x5');
  });
});

describe('calls', () => {
  test.each([
    ['brk(NULL)                         = 0x5555', 'NULL', '0x5555', undefined],
    ['getpid()=1', undefined, undefined, undefined],
    ['close(3)= 0', '3', '0', undefined],
    ['close(3) = 0 <0.000014>', '3', '0', undefined],
    [
      'openat(AT_FDCWD, "a) = 3", O_RDONLY) = 3</tmp/a) = 3>',
      'AT_FDCWD, "a) = 3", O_RDONLY',
      '3',
      undefined,
    ],
    [
      'openat(AT_FDCWD, "x", O_RDONLY) = 3</tmp/x>(deleted)',
      'AT_FDCWD, "x", O_RDONLY',
      '3',
      undefined,
    ],
    ['open("/a", 0) = -1 ENOENT (No such file or directory)', '"/a", 0', '-1', 'ENOENT'],
    ['foo(1) = -1 (errno 524)', '1', '-1', undefined],
    ['exit_group(0) = ?', '0', '?', undefined],
    [
      'nanosleep({1, 0}, 0x7f) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)',
      '{1, 0}, 0x7f',
      '?',
      'ERESTARTSYS',
    ],
    ['read(3, "", 1) = ? <unavailable>', '3, "", 1', '?', undefined],
    ['poll([{fd=3}], 1, 0) = 0 (Timeout)', '[{fd=3}], 1, 0', '0', undefined],
    [
      'wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 7756',
      '-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL',
      '7756',
      undefined,
    ],
    [
      'mmap(NULL, 4096) = -1 ENOMEM (Cannot allocate memory) (INJECTED)',
      'NULL, 4096',
      '-1',
      'ENOMEM',
    ],
    [
      'mprotect(0x7f, 4096, PROT_READ <unfinished ...>) = ?',
      '0x7f, 4096, PROT_READ',
      '?',
      undefined,
    ],
    ['socket(AF_INET) = 5<TCP:[127.0.0.1:80->1.2.3.4:5]>', 'AF_INET', '5', undefined],
  ])('%s', (text, args, value, errno) => {
    const line = parseLine(text);
    if (value === undefined) expect(line.kind).not.toBe('call');
    else expect(line).toMatchObject({ kind: 'call', args, result: { value, errno } });
  });
});

describe('other lines', () => {
  test.each([
    ['mmap(NULL, 8192, PROT_READ <unfinished ...>', 'unfinished'],
    ['read(0,  <detached ...>', 'unfinished'],
    ['foo(1 <unfinished #12 ...>', 'unfinished'],
    ['<... futex resumed>) = 0', 'resumed'],
    ['<... futex resumed> ) = 0', 'resumed'],
    ['<... nanosleep resumed> <unfinished ...>) = ?', 'resumed'],
    ['7 <... clone3 resumed> => {parent_tid=[8]}, 88) = 8', 'resumed'],
    ['--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL} ---', 'signal'],
    ['--- stopped by SIGSTOP ---', 'signal'],
    ['+++ exited with 3 +++', 'exit'],
    ['+++ killed by SIGABRT (core dumped) +++', 'exit'],
    ['strace: Process 29412 attached', 'note'],
    ['Process 123 attached', 'note'],
    ['strace: [ Process PID=1 runs in 32 bit mode. ]', 'note'],
    ['mmap(NULL, 1048576, PROT_READ, MAP_PRIVATE, -1, 0strace: Process 29414 attached', 'note'],
    [' > /usr/lib/libc.so.6(mremap+0x30) [0x12fed]', 'stack-frame'],
    [' > unexpected_backtracing_error [0x63d]', 'stack-frame'],
    [' | 00000  2f 75 73 72  /usr |', 'dump'],
    ['% time     seconds  usecs/call     calls    errors syscall', 'summary-head'],
    ['', 'blank'],
    ['hello from the program', 'unrecognised'],
    [' <unfinished ...>', 'unrecognised'],
    ['mmap(NULL, 8192, PROT_RE', 'unrecognised'],
  ])('%s is %s', (text, kind) => {
    expect(parseLine(text).kind).toBe(kind);
  });
});

test.each([
  ['', ['']],
  ['NULL, 8192, -1, 0', ['NULL', '8192', '-1', '0']],
  ['"a, b", [1, 2], {a=1, b=2}', ['"a, b"', '[1, 2]', '{a=1, b=2}']],
  ['"quote \\", comma", 1', ['"quote \\", comma"', '1']],
  ['3</tmp/a, b>, 5', ['3</tmp/a, b>', '5']],
  ['0</dev/null<char 1:3>>, 5', ['0</dev/null<char 1:3>>', '5']],
  ['addr=NULL, length=8192', ['NULL', '8192']],
  ['{flags=CLONE_VM} => {parent_tid=[8]}, 88', ['{flags=CLONE_VM} => {parent_tid=[8]}', '88']],
  ['1, MAP_HUGETLB|21<<MAP_HUGE_SHIFT, -1', ['1', 'MAP_HUGETLB|21<<MAP_HUGE_SHIFT', '-1']],
])('the arguments of %s', (text, expected) => {
  expect(splitArgs(text)).toEqual(expected);
});
