/** Operators that hold an angle bracket, the longer before those that they begin with. */
const ANGLE_OPERATORS = ['<=>', '<<=', '>>=', '->*', '<<', '>>', '<=', '>=', '->', '<', '>'];

const OPERATOR = 'operator';

const CLOSING: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** An opening bracket that is still to be closed. */
interface Opening {
  readonly char: string;
  readonly at: number;
  /** Rust's ` as ` or ` for ` stands directly in it. */
  namesTrait: boolean;
}

/** `<…>` in a name. */
interface Brackets {
  readonly end: number;
  readonly namesTrait: boolean;
}

/**
 * A function's name without template and generic arguments: `std::vector<int, A>::push` becomes
 * `std::vector<>::push`. What only looks like a bracket stays: `operator<<`, `operator->`, `-> T`.
 * A Rust path that begins with a type says more than its end, so its type and trait stay, without
 * arguments of their own: `<Vec<u8> as Drop>::drop` becomes `<Vec<> as Drop>::drop`.
 */
export function shortenTemplates(name: string): string {
  if (!name.includes('<')) return name;
  const brackets = angleBrackets(name);
  let short = '';
  for (let at = 0; at < name.length; at++) {
    const found = brackets.get(at);
    if (found === undefined || isRustPath(name, at, found)) short += name[at]!;
    else {
      short += '<>';
      at = found.end;
    }
  }
  return short;
}

/** `<T as Trait>`, `<impl Trait for T>`; and `<T>::f`, where nothing that takes arguments is before. */
function isRustPath(name: string, start: number, { end, namesTrait }: Brackets): boolean {
  if (namesTrait) return true;
  const isAfterName = start > 0 && !/[\s(<,&*[]/.test(name[start - 1]!);
  return !isAfterName && name.startsWith('::', end + 1);
}

/** Pairs of angle brackets that enclose arguments, by the position of the opening one. */
function angleBrackets(name: string): Map<number, Brackets> {
  const pairs = new Map<number, Brackets>();
  const open: Opening[] = [];
  for (let at = 0; at < name.length; at++) {
    const skipped = lengthOfAngleOperator(name, at);
    if (skipped > 0) {
      at += skipped - 1;
      continue;
    }
    const char = name[at]!;
    switch (char) {
      case '<':
      case '(':
      case '[':
      case '{':
        open.push({ char, at, namesTrait: false });
        break;
      case ')':
      case ']':
      case '}':
        close(open, CLOSING[char]!);
        break;
      case '>':
        // In parentheses it is a comparison: `Array<(3>2)>`.
        if (open.at(-1)?.char === '<') {
          const { at: start, namesTrait } = open.pop()!;
          pairs.set(start, { end: at, namesTrait });
        }
        break;
      case ' ': {
        const around = open.at(-1);
        if (around && (name.startsWith(' as ', at) || name.startsWith(' for ', at))) {
          around.namesTrait = true;
        }
      }
    }
  }
  return pairs;
}

/** Closes the last bracket of a kind; a `<` within it was a comparison. */
function close(open: Opening[], char: string): void {
  const index = open.findLastIndex((opening) => opening.char === char);
  if (index !== -1) open.length = index;
}

/** How many characters at a position are an operator's or an arrow's name; 0 where it is neither. */
function lengthOfAngleOperator(name: string, at: number): number {
  if (name.startsWith('->', at)) return 2;
  if (name[at] !== 'o' || !name.startsWith(OPERATOR, at)) return 0;
  if (at > 0 && /[\w$]/.test(name[at - 1]!)) return 0;
  const found = ANGLE_OPERATORS.find((sign) => name.startsWith(sign, at + OPERATOR.length));
  return found === undefined ? 0 : OPERATOR.length + found.length;
}
