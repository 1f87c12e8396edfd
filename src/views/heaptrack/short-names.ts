import { shortenTemplates } from '../../model/shorten-templates.ts';

const CLOSURE = /^\{\{?closure.*\}$/;
const LAMBDA = /^\{lambda\(.*\}$/;

/**
 * A function as one says it: `cells_of`, `{{closure}} in load`, `Parser::next`. Generics, arguments,
 * return types and the path before it are left out.
 */
export function ownFunction(name: string): string {
  const parts = pathOf(name);
  let closures = 0;
  while (parts.length > 1 && CLOSURE.test(parts.at(-1)!)) {
    parts.pop();
    closures++;
  }
  const lambda = parts.findIndex((part) => LAMBDA.test(part));
  if (lambda > 0) return `{lambda in ${lastWithType(parts.slice(0, lambda))}}`;
  return '{{closure}} in '.repeat(closures) + lastWithType(parts);
}

/** A function of a library, with its type or what else stands before it: `Vec::push`, `std::map::at`. */
export function libraryFunction(name: string): string {
  const path = pathOf(name);
  const named = path.filter((part) => !CLOSURE.test(part));
  const parts = named.length === 0 ? path : named;
  if (parts[0] === 'std' && parts.length <= 3) return parts.join('::');
  return parts.slice(-2).join('::');
}

/** With its type; a namespace or module before it says less than its line does. */
function lastWithType(parts: readonly string[]): string {
  const isType = /^[A-Z]/.test(parts.at(-2) ?? '');
  return parts.slice(isType ? -2 : -1).join('::');
}

/** Inline namespaces, and what stands for its usual alias: `std::__cxx11::basic_string<…>`. */
const ALIASES: readonly (readonly [RegExp, string])[] = [
  [/\b__cxx11::/g, ''],
  [/\bbasic_(string|[io]?(?:string|f)?stream|(?:string|file)buf)\b/g, '$1'],
];

/** The names of a path, outermost first, without generics, arguments and return type. */
function pathOf(name: string): string[] {
  const short = shortenTemplates(name);
  const plain = ALIASES.reduce((text, [long, alias]) => text.replaceAll(long, alias), short);
  const declared = withoutReturnType(withoutArguments(plain));
  return splitPath(declared.trim()).map(typeName).filter(Boolean);
}

/** `f(int)` without its arguments; `operator()` and lambdas keep theirs. */
function withoutArguments(name: string): string {
  for (const { char, at, depth } of topLevel(name)) {
    if (char === '(' && depth === 0 && !name.startsWith('operator()', at - 'operator'.length)) {
      // A name such as `(anonymous namespace)::f` begins with one.
      if (at > 0 && !name.slice(0, at).endsWith('::')) return name.slice(0, at);
    }
  }
  return name;
}

/** `void f` is `f`; conversions and `operator new` keep their space. */
function withoutReturnType(name: string): string {
  const operator = name.search(/\boperator\b/);
  let start = 0;
  for (const { char, at, depth } of topLevel(name)) {
    if (operator !== -1 && at >= operator) break;
    if (char === ' ' && depth === 0) start = at + 1;
  }
  return name.slice(start);
}

function splitPath(name: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (const { char, at, depth } of topLevel(name)) {
    if (char !== ':' || depth > 0 || name[at + 1] !== ':' || at < start) continue;
    parts.push(name.slice(start, at));
    start = at + 2;
  }
  return [...parts, name.slice(start)];
}

/** `Vec<>` is `Vec`; `<Vec<> as Clone>` too; `<impl FnOnce for F>` is `FnOnce`, as its own type says nothing. */
function typeName(part: string): string {
  if (!part.startsWith('<')) return part.replace(/<>$/, '').trimEnd();
  const inner = part.slice(1, part.endsWith('>') ? -1 : undefined);
  const implemented = /^impl (.*) for (.*)$/.exec(inner);
  const [type = '', trait = ''] = implemented
    ? [implemented[2], implemented[1]]
    : inner.split(' as ', 2);
  const own = splitPath(type.replace(/^[&*](?:mut |const )?/, '')).at(-1)!;
  // A parameter of a generic function.
  const isUnknown = own === '' || /^[A-Z]$/.test(own);
  return (isUnknown ? splitPath(trait).at(-1)! : own).replace(/<>$/, '');
}

/** The characters of a name with how many brackets are open around each. */
function* topLevel(name: string): Generator<{ char: string; at: number; depth: number }> {
  let depth = 0;
  for (let at = 0; at < name.length; at++) {
    const char = name[at]!;
    if (isOperatorAt(name, at)) {
      yield { char, at, depth };
      continue;
    }
    if ('>)]}'.includes(char) && depth > 0) depth--;
    yield { char, at, depth };
    if ('<([{'.includes(char)) depth++;
  }
}

/** Whether an angle bracket belongs to `operator<<`, `operator->` or an arrow. */
const isOperatorAt = (name: string, at: number): boolean =>
  (name[at] === '<' || name[at] === '>') &&
  (/\boperator[-<>=]*$/.test(name.slice(Math.max(0, at - 12), at)) || name[at - 1] === '-');
