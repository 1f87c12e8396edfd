import type { CostKind, HeapCosts } from './costs.ts';
import type { StackFrame } from './stacks.ts';

/** A line of the program's own code, and the library function that it called there. */
export interface OwnLine {
  /** The innermost own frame; where a stack has none, the module alone that allocated. */
  readonly place: StackFrame;
  /** `start-up`, `library`: stacks without own code, of the program's start or not. */
  readonly kind: 'own' | 'library' | 'start-up';
  /** Undefined where own code allocates itself. */
  readonly called: StackFrame | undefined;
  readonly costs: HeapCosts;
  /** What libstdc++ sets aside at its start to throw exceptions when memory has run out. */
  readonly isExceptionPool: boolean;
  /** Ways that lead there, the costliest first. */
  readonly ways: readonly OwnWay[];
  readonly otherWays: { readonly count: number; readonly costs: HeapCosts };
}

/** Own frames from a line outwards, the line's own function first. */
export interface OwnWay {
  readonly frames: readonly StackFrame[];
  readonly costs: HeapCosts;
}

/** Lines ranked by one cost. */
export interface OwnRanking {
  readonly by: CostKind;
  readonly lines: readonly OwnLine[];
  readonly others: { readonly count: number; readonly costs: HeapCosts };
  readonly whole: number;
}

/** Which lines are wanted. */
export interface OwnLinesQuery {
  readonly rankBy: readonly CostKind[];
  /** Lines per ranking. */
  readonly lines: number;
  /** Ways per line. */
  readonly ways: number;
}
