/**
 * rustc's v0 mangling (RFC 2603, "v0 Symbol Format" of the rustc book): `_R` and a path in prefix
 * notation, in which every node begins with a tag and may be a reference to an earlier one.
 *
 * One method per rule of the grammar. Each reads its node and prints it, so that a back reference
 * is nothing but reading again from there.
 */
import type { DemangledName } from './rust-symbol.ts';
import { printConstant } from './v0-constant.ts';
import { V0Output } from './v0-output.ts';
import { MALFORMED, V0Reader } from './v0-reader.ts';

const BASIC_TYPES: ReadonlyMap<string, string> = new Map([
  ['a', 'i8'],
  ['b', 'bool'],
  ['c', 'char'],
  ['d', 'f64'],
  ['e', 'str'],
  ['f', 'f32'],
  ['h', 'u8'],
  ['i', 'isize'],
  ['j', 'usize'],
  ['l', 'i32'],
  ['m', 'u32'],
  ['n', 'i128'],
  ['o', 'u128'],
  ['p', '_'],
  ['s', 'i16'],
  ['t', 'u16'],
  ['u', '()'],
  ['v', '...'],
  ['x', 'i64'],
  ['y', 'u64'],
  ['z', '!'],
]);

const NAMESPACES: ReadonlyMap<string, string> = new Map([
  ['C', 'closure'],
  ['S', 'shim'],
]);

/** What a name is made of; the first other character begins the suffix. */
const BODY = /^[A-Za-z0-9_]*/;

/** Reads what follows `_R`. */
export function demangleV0(text: string): DemangledName | undefined {
  const body = BODY.exec(text)![0];
  const reader = new V0Reader(body);
  const name = new V0Name(reader);
  try {
    name.path(true);
    // Which crate instantiated a generic function is not shown.
    if (/^[A-Z]/.test(reader.peek())) name.out.muted(() => name.path(false));
  } catch (error) {
    if (error === MALFORMED) return undefined;
    throw error;
  }
  if (reader.peek() !== '') return undefined;
  return { name: name.out.text, suffix: text.slice(body.length) };
}

export class V0Name {
  readonly reader: V0Reader;
  readonly out = new V0Output();
  /** Lifetimes that the binders around the current node name. */
  #bound = 0;

  constructor(reader: V0Reader) {
    this.reader = reader;
  }

  /** In an expression generic arguments take `::` before them, in a type they do not. */
  path(inExpression: boolean): void {
    this.out.nested(() => this.#path(inExpression));
  }

  #path(inExpression: boolean): void {
    const { reader, out } = this;
    const tag = reader.next();
    switch (tag) {
      case 'C':
        reader.disambiguator();
        out.print(reader.identifier());
        return;
      case 'N':
        this.#nestedPath(inExpression);
        return;
      case 'M':
      case 'X':
        // Where the impl block stands.
        reader.disambiguator();
        out.muted(() => this.path(false));
        this.#qualifiedSelf(tag === 'X');
        return;
      case 'Y':
        this.#qualifiedSelf(true);
        return;
      case 'I':
        this.path(inExpression);
        out.print(inExpression ? '::<' : '<');
        this.list(', ', () => this.#genericArgument());
        out.print('>');
        return;
      case 'B':
        this.backReference(() => this.path(inExpression));
        return;
      default:
        throw MALFORMED;
    }
  }

  #nestedPath(inExpression: boolean): void {
    const { reader, out } = this;
    const namespace = reader.next();
    if (!/[A-Za-z]/.test(namespace)) throw MALFORMED;
    this.path(inExpression);
    const disambiguator = reader.disambiguator();
    const name = reader.identifier();
    if (/[A-Z]/.test(namespace)) {
      if (!Number.isSafeInteger(disambiguator)) throw MALFORMED;
      const kind = NAMESPACES.get(namespace) ?? namespace;
      out.print(`::{${kind}${name === '' ? '' : `:${name}`}#${disambiguator}}`);
    } else if (name !== '') out.print(`::${name}`);
  }

  /** `<Type>` or `<Type as Trait>`. */
  #qualifiedSelf(hasTrait: boolean): void {
    this.out.print('<');
    this.type();
    if (hasTrait) {
      this.out.print(' as ');
      this.path(false);
    }
    this.out.print('>');
  }

  #genericArgument(): void {
    if (this.reader.eat('L')) this.#printLifetime(this.reader.base62());
    else this.#typeOrConstant();
  }

  #typeOrConstant(): void {
    if (this.reader.eat('K')) printConstant(this, false);
    else this.type();
  }

  type(): void {
    this.out.nested(() => this.#type());
  }

  #type(): void {
    const { reader, out } = this;
    const basic = BASIC_TYPES.get(reader.peek());
    if (basic !== undefined) {
      reader.next();
      out.print(basic);
      return;
    }
    if (/[CIMNXY]/.test(reader.peek())) {
      this.path(false);
      return;
    }
    const tag = reader.next();
    switch (tag) {
      case 'B':
        this.backReference(() => this.type());
        return;
      case 'A':
      case 'S':
        out.print('[');
        this.type();
        if (tag === 'A') {
          out.print('; ');
          printConstant(this, true);
        }
        out.print(']');
        return;
      case 'T':
        this.tuple(() => this.type());
        return;
      case 'R':
      case 'Q':
        out.print('&');
        if (reader.eat('L')) this.#printNamedLifetime('', ' ');
        if (tag === 'Q') out.print('mut ');
        this.type();
        return;
      case 'P':
      case 'O':
        out.print(tag === 'P' ? '*const ' : '*mut ');
        this.type();
        return;
      case 'F':
        this.#binder(() => this.#functionSignature());
        return;
      case 'D':
        out.print('dyn ');
        this.#binder(() => this.list(' + ', () => this.#dynTrait()));
        reader.expect('L');
        this.#printNamedLifetime(' + ', '');
        return;
      case 'W':
        this.type();
        out.print(' is ');
        this.#pattern();
        return;
      default:
        throw MALFORMED;
    }
  }

  #functionSignature(): void {
    const { reader, out } = this;
    if (reader.eat('U')) out.print('unsafe ');
    if (reader.eat('K')) {
      // Dashes of an ABI's name are written as underscores.
      const abi = reader.eat('C') ? 'C' : reader.identifier().replaceAll('_', '-');
      out.print(`extern "${abi}" `);
    }
    out.print('fn(');
    this.list(', ', () => this.type());
    out.print(')');
    if (reader.eat('u')) return;
    out.print(' -> ');
    this.type();
  }

  #dynTrait(): void {
    const { reader, out } = this;
    let isOpen = this.#openPath();
    while (reader.eat('p')) {
      out.print(isOpen ? ', ' : '<');
      isOpen = true;
      out.print(`${reader.identifier()} = `);
      this.#typeOrConstant();
    }
    if (isOpen) out.print('>');
  }

  /** A path whose `<…>` is left open, for associated types to follow; says whether it has one. */
  #openPath(): boolean {
    const { reader, out } = this;
    let isOpen = false;
    if (reader.eat('B')) {
      this.backReference(() =>
        out.nested(() => {
          isOpen = this.#openPath();
        }),
      );
    } else if (reader.eat('I')) {
      this.path(false);
      out.print('<');
      this.list(', ', () => this.#genericArgument());
      isOpen = true;
    } else this.path(false);
    return isOpen;
  }

  /** A range of values or several; the grammar's newest part, of types that std uses inside. */
  #pattern(): void {
    const { reader, out } = this;
    switch (reader.next()) {
      case 'R':
        printConstant(this, false);
        out.print('..=');
        printConstant(this, false);
        return;
      case 'O':
        this.list(' | ', () => out.nested(() => this.#pattern()));
        return;
      case 'N':
        out.print('!null');
        return;
      default:
        throw MALFORMED;
    }
  }

  #binder(read: () => void): void {
    const { out } = this;
    const count = this.reader.optionalBase62('G');
    const outer = this.#bound;
    if (count > 0 && !out.isMuted) {
      out.print('for<');
      for (let i = 0; i < count; i++) {
        this.#bound++;
        if (i > 0) out.print(', ');
        this.#printLifetime(1);
      }
      out.print('> ');
    }
    this.#bound = outer + count;
    read();
    this.#bound = outer;
  }

  /** Nothing is printed for a lifetime that the compiler erased. */
  #printNamedLifetime(before: string, after: string): void {
    const index = this.reader.base62();
    if (index === 0) return;
    this.out.print(before);
    this.#printLifetime(index);
    this.out.print(after);
  }

  /** Lifetimes are counted from the innermost binder outwards, and named from the outermost inwards. */
  #printLifetime(index: number): void {
    if (this.out.isMuted) return;
    const level = this.#bound - index;
    if (level < 0) throw MALFORMED;
    if (index === 0) this.out.print("'_");
    else if (level < 26) this.out.print(`'${String.fromCharCode(0x61 + level)}`);
    else this.out.print(`'_${level}`);
  }

  tuple(item: () => void): void {
    this.out.print('(');
    const count = this.list(', ', item);
    this.out.print(count === 1 ? ',)' : ')');
  }

  /** Items up to `E`, and how many there were. */
  list(separator: string, item: () => void): number {
    let count = 0;
    while (!this.reader.eat('E')) {
      if (count++ > 0) this.out.print(separator);
      item();
    }
    return count;
  }

  /** Reads again what stands further ahead; `B` has been read. */
  backReference(read: () => void): void {
    const { reader, out } = this;
    const tagAt = reader.at - 1;
    const target = reader.base62();
    if (target >= tagAt) throw MALFORMED;
    if (out.isMuted) return;
    const back = reader.at;
    reader.at = target;
    read();
    reader.at = back;
  }
}
