/**
 * The names that procps gives to mappings without a file, in the languages of its catalogues
 * (po/*.po, 3.3.10 to 4.0.6). Only these two words change the meaning of a row; headers and footers
 * are told by their shape.
 */

const ANONYMOUS = ['anon', 'anôn', 'анон', 'ანონ', 'vô danh', '匿名'];

const STACK = [
  'stack',
  'pila',
  'pile',
  'pilha',
  'stos',
  'stivă',
  'стек',
  'სტეკი',
  'ngăn xếp',
  '栈',
];

/** Names that -k shows as the kernel gives them. */
const KERNEL = /^(?:heap|vdso|vvar\w*|vsyscall|vectors|sigpage|uprobes|anon:.*|anon_shmem:.*)$/;

export type BracketWord = 'anonymous' | 'stack' | 'kernel' | 'unknown';

/** @param word the text between the brackets, trimmed: `anon` of `[ anon ]`. */
export function bracketWord(word: string): BracketWord {
  if (ANONYMOUS.includes(word)) return 'anonymous';
  if (STACK.includes(word)) return 'stack';
  return KERNEL.test(word) ? 'kernel' : 'unknown';
}
