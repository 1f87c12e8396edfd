/**
 * Leaves out what stands between the brackets of templates: `std::vector<>::push_back`. Kept are the
 * operators that are written with brackets, arrows, and the type and trait that a Rust path begins
 * with (`<Vec<T> as Extend<T>>::extend` becomes `<Vec<> as Extend<>>::extend`), without which the name
 * says nothing. A name whose brackets do not match is left as it is.
 */
export function shortenTemplates(name: string): string {
  if (!name.includes('<')) return name;
  let short = '';
  /** Per open bracket, whether what stands in it is kept. */
  const open: boolean[] = [];
  let dropped = 0;
  let literalEnd = 0;
  for (let at = 0; at < name.length; ) {
    const literal = literalBrackets(name, at);
    const char = name[at]!;
    if (literal > 0) {
      if (dropped === 0) short += name.slice(at, at + literal);
      at += literal;
      literalEnd = at;
      continue;
    }
    if (char === '<') {
      const isOfOperator = literalEnd > 0 && name.slice(literalEnd, at).trim() === '';
      const isKept = dropped === 0 && !isOfOperator && isQualifiedPath(name, at);
      if (dropped === 0) short += '<';
      open.push(isKept);
      if (!isKept) dropped++;
    } else if (char === '>') {
      const wasKept = open.pop();
      if (wasKept === undefined) return name;
      if (!wasKept) dropped--;
      if (dropped === 0) short += '>';
    } else if (dropped === 0) short += char;
    at++;
  }
  return open.length === 0 ? short : name;
}

const OPERATOR = 'operator';

/** Longest first: what may follow `operator`. */
const BRACKET_OPERATORS = ['<=>', '<<=', '>>=', '->*', '<<', '>>', '<=', '>=', '->', '<', '>'];

/** How many characters from here on are brackets that open and close nothing. */
function literalBrackets(name: string, at: number): number {
  if (name.startsWith('->', at)) return 2;
  if (name.startsWith('=>', at)) return 2;
  if (!name.startsWith(OPERATOR, at) || /\w/.test(name[at - 1] ?? '')) return 0;
  const symbol = BRACKET_OPERATORS.find((text) => name.startsWith(text, at + OPERATOR.length));
  return symbol === undefined ? 0 : OPERATOR.length + symbol.length;
}

/** Rust's `<Type as Trait>::name` or `<Type>::name`: a bracket that follows no name. */
function isQualifiedPath(name: string, at: number): boolean {
  return at === 0 || /[\s(<&,[*!]/.test(name[at - 1]!);
}
