import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addCosts,
  type CostedStacks,
  type HeapCosts,
  NO_COSTS,
  totalCosts,
} from '../../../src/analysis/heap/costs.ts';
import type { OwnLine } from '../../../src/analysis/heap/own-line.ts';
import { ownLines } from '../../../src/analysis/heap/own-lines.ts';
import { anyCostedStacks, callStacks, costsFor, type IpText } from '../../support/call-stacks.ts';

const RUST = '/rustc/0/library/alloc/src/vec/mod.rs';
const app = (name: string, line: number, file = 'src/main.rs'): IpText => ({
  module: '/home/me/app',
  frames: [{ function: name, file, line }],
});
const library = (name: string): IpText => ({
  module: '/home/me/app',
  frames: [{ function: name, file: RUST, line: 1 }],
});

/** Stacks from the outermost function to the allocation, with what is live at the peak. */
function recording(
  ...stacks: readonly (readonly [bytes: number, ...stack: IpText[]])[]
): CostedStacks {
  const ips: IpText[] = [];
  const traces: [number, number][] = [];
  const costs: Record<number, Partial<HeapCosts>> = {};
  for (const [bytes, ...stack] of stacks) {
    let parent = 0;
    for (const ip of stack) parent = traces.push([ips.push(ip), parent]);
    costs[parent] = { peak: bytes, allocated: bytes, calls: 1 };
  }
  return costsFor(callStacks(ips, traces), costs);
}

const QUERY = { rankBy: ['peak'], lines: 10, ways: 10 } as const;

const words = ({ kind, place, called, costs }: OwnLine) =>
  `${costs.peak} ${kind} ${place.name ?? place.module}:${place.line} → ${called?.name ?? ''}`;

const linesOf = (costed: CostedStacks) => ownLines(costed, QUERY).rankings[0]!.lines;

describe('lines of own code', () => {
  test('are summed with the library function that they called, whatever that calls', () => {
    const main = app('main', 9);
    const lines = linesOf(
      recording(
        [30, main, app('load', 18), library('Vec::push'), library('Vec::grow'), library('realloc')],
        [12, main, app('load', 18), library('Vec::push'), library('alloc')],
        [5, main, app('load', 18), library('Vec::clone')],
        [4, main, app('load', 18)],
      ),
    );
    expect(lines.map(words)).toEqual([
      '42 own load:18 → Vec::push',
      '5 own load:18 → Vec::clone',
      '4 own load:18 → ',
    ]);
  });

  test('take what was inlined into them as called', () => {
    const inlined = {
      module: '/home/me/app',
      frames: [
        { function: 'Vec::grow', file: RUST, line: 3 },
        { function: 'Vec::push', file: RUST, line: 2 },
        { function: 'load', file: 'src/main.rs', line: 18 },
      ],
    };
    const lines = linesOf(recording([7, app('main', 9), inlined, library('realloc')]));
    expect(lines.map(words)).toEqual(['7 own load:18 → Vec::push']);
  });

  test('sum instantiations of one template, which are one line', () => {
    const lines = linesOf(
      recording(
        [7, app('main', 9), app('F<5>::go()', 20)],
        [8, app('main', 9), app('F<6>::go()', 20)],
      ),
    );
    expect(lines.map(({ costs }) => costs.peak)).toEqual([15]);
  });

  test('have ways of own code alone; equal ones are one', () => {
    const [line] = linesOf(
      recording(
        [30, app('main', 9), library('map'), app('load', 18)],
        [12, app('main', 9), library('fold'), library('map'), app('load', 18)],
        [3, app('main', 11), app('load', 18)],
      ),
    );
    const ways = line!.ways.map(({ frames, costs }) => [costs.peak, frames.map((one) => one.line)]);
    expect(ways).toEqual([
      [42, [18, 9]],
      [3, [18, 11]],
    ]);
  });

  test('of a Qt program name what of Qt they called; Qt calls slots of the program again', () => {
    const qt = (name: string) => ({
      module: '/usr/lib/x86_64-linux-gnu/libQt5Core.so.5.15.8',
      frames: [{ function: name }],
    });
    const main = app('main', 9, 'main.cpp');
    const slot = app('Window::open', 40, 'window.cpp');
    const header = {
      module: '/home/me/app',
      frames: [
        { function: 'QVector<int>::append', file: '/usr/include/qt5/QtCore/qvector.h', line: 7 },
      ],
    };
    const lines = linesOf(
      recording(
        [
          50,
          main,
          qt('QApplication::exec'),
          qt('QMetaObject::activate'),
          slot,
          header,
          qt('QArrayData::allocate'),
        ],
        [20, main, qt('QApplication::exec'), qt('QEventLoop::exec')],
      ),
    );
    expect(lines.map(words)).toEqual([
      '50 own Window::open:40 → QVector<int>::append',
      '20 own main:9 → QApplication::exec',
    ]);
  });

  test('are neither what packages hold nor what the compiler made', () => {
    const crate = app('serde::de', 3, '/root/.cargo/registry/src/index/serde-1.0/src/de.rs');
    const made = { module: '/home/me/app', frames: [{ function: 'main' }] };
    const lines = linesOf(
      recording([9, made, app('load', 18), crate], [1, made, library('std::rt::lang_start')]),
    );
    expect(lines.map(words)).toEqual(['9 own load:18 → serde::de', '1 start-up /home/me/app:0 → ']);
  });
});

describe('a recording that tells little of own code', () => {
  const git = { module: '/usr/bin/git' };
  const libz = {
    module: '/lib/x86_64-linux-gnu/libz.so.1',
    frames: [{ function: 'inflateInit2_' }],
  };
  const libc = { module: '/lib/x86_64-linux-gnu/libc.so.6', frames: [{ function: 'fopen' }] };
  const found = ownLines(recording([90, git, git], [9, git, libz], [1, git, libc]), QUERY);

  test('is shown by module and function, with the package that has the names', () => {
    expect([found.basis, found.ownShare]).toEqual(['any', 0]);
    expect(found.rankings[0]!.lines.map(words)).toEqual([
      '90 own /usr/bin/git:0 → ',
      '9 own inflateInit2_:0 → ',
      '1 own /usr/bin/git:0 → fopen',
    ]);
    expect(found.nameless).toEqual([
      { module: '/usr/bin/git', share: 0.91, isInterpreter: false, package: 'git-dbgsym' },
    ]);
  });

  test('of an interpreter says so', () => {
    const python = { module: '/usr/bin/python3.11', frames: [{ function: 'PyList_Append' }] };
    const { basis, nameless } = ownLines(recording([90, python]), QUERY);
    expect(basis).toBe('any');
    expect(nameless).toMatchObject([{ share: 1, isInterpreter: true }]);
  });
});

test('lines and the others are the whole, whatever the stacks', () => {
  fc.assert(
    fc.property(anyCostedStacks, fc.nat(3), (costed, lines) => {
      const { rankings } = ownLines(costed, { rankBy: ['peak', 'calls'], lines, ways: 1 });
      for (const { lines: shown, others } of rankings) {
        const sum = { ...NO_COSTS };
        for (const { costs } of shown) addCosts(sum, costs);
        addCosts(sum, others.costs);
        expect(sum).toEqual(totalCosts(costed.costs));
      }
    }),
  );
});

test('ways and the other ways are the line, whatever the stacks', () => {
  fc.assert(
    fc.property(anyCostedStacks, fc.integer({ min: 1, max: 3 }), (costed, ways) => {
      const { rankings } = ownLines(costed, { rankBy: ['peak'], lines: 9, ways });
      for (const line of rankings[0]!.lines.filter(({ kind }) => kind === 'own')) {
        const sum = line.ways.reduce((total, { costs }) => total + costs.peak, 0);
        expect(sum + line.otherWays.costs.peak).toBe(line.costs.peak);
      }
    }),
  );
});
