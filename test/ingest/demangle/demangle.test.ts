import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { demangleRust } from '../../../src/ingest/demangle/demangle.ts';
import { ROOT } from '../../support/paths.ts';

describe('v0 names', () => {
  // The examples of "v0 Symbol Format" in the rustc book, with what it recommends to show.
  test.each([
    [
      '_RNvMsr_NtCs3ssYzQotkvD_3std4pathNtB5_7PathBuf3newCs15kBYyAo9fc_7mycrate',
      '<std::path::PathBuf>::new',
    ],
    ['_RNvCs15kBYyAo9fc_7mycrate7example', 'mycrate::example'],
    ['_RNvMs_Cs4Cv8Wi1oAIB_7mycrateNtB4_7Example3foo', '<mycrate::Example>::foo'],
    [
      '_RNvXCs15kBYyAo9fc_7mycrateNtB2_7ExampleNtB2_5Trait3foo',
      '<mycrate::Example as mycrate::Trait>::foo',
    ],
    [
      '_RNvYNtCs15kBYyAo9fc_7mycrate7ExampleNtB4_5Trait7exampleB4_',
      '<mycrate::Example as mycrate::Trait>::example',
    ],
    ['_RNCNvCsgStHSCytQ6I_7mycrate4main0B3_', 'mycrate::main::{closure#0}'],
    ['_RNCNvCsgStHSCytQ6I_7mycrate4mains_0B3_', 'mycrate::main::{closure#1}'],
    ['_RINvCsgStHSCytQ6I_7mycrate7examplelKj1_EB2_', 'mycrate::example::<i32, 1>'],
    ['_RNvNtNtCsgOH4LzxkuMq_7mycrateu8gdel_5qa6escher4bach', 'mycrate::gödel::escher::bach'],
    [
      '_RINvCs7qp2U7fqm6G_7mycrate7exampleFG0_RL1_hRL0_tEuEB2_',
      "mycrate::example::<for<'a, 'b> fn(&'a u8, &'b u16)>",
    ],
    ['_RINvCs7qp2U7fqm6G_7mycrate7exampleKy12345678_EB2_', 'mycrate::example::<305419896>'],
    [
      '_RNvNvMCsd9PVOYlP1UU_7mycrateINtB4_7ExamplepKpE3foo14EXAMPLE_STATIC',
      '<mycrate::Example<_, _>>::foo::EXAMPLE_STATIC',
    ],
    ['_RINvCs7qp2U7fqm6G_7mycrate7exampleAtj8_EB2_', 'mycrate::example::<[u16; 8]>'],
    [
      '_RINvCs7qp2U7fqm6G_7mycrate7exampleNtB2_7ExampleBw_EB2_',
      'mycrate::example::<mycrate::Example, mycrate::Example>',
    ],
    [
      '_RINvMsY_NtCseXNvpPnDBDp_3std4pathNtB6_4Path3neweECs7qp2U7fqm6G_7mycrate',
      '<std::path::Path>::new::<str>',
    ],
  ])('%s', (symbol, name) => expect(demangleRust(symbol)).toBe(name));

  /** The grammar rule by rule: `a::f` with one generic argument. */
  const withArgument = (argument: string) => demangleRust(`_RINvC1a1f${argument}E`);

  test.each([
    [
      'TabcdefhijlmnopstuvxyzE',
      '(i8, bool, char, f64, str, f32, u8, isize, usize, i32, u32, ' +
        'i128, u128, _, i16, u16, (), ..., i64, u64, !)',
    ],
    ['TE', '()'],
    ['ThE', '(u8,)'],
    ['Sh', '[u8]'],
    ['AhKj3_', undefined],
    ['AAhj3_j10_', '[[u8; 3]; 16]'],
    ['Ahp', '[u8; _]'],
    ['Rh', '&u8'],
    ['RL_h', '&u8'],
    ['QSh', '&mut [u8]'],
    ['PRh', '*const &u8'],
    ['OPu', '*mut *const ()'],
    ['C4f128', 'f128'],
    ['L_', "'_"],
    ['FEu', 'fn()'],
    ['FhtEz', 'fn(u8, u16) -> !'],
    ['FUEb', 'unsafe fn() -> bool'],
    ['FKClvEl', 'extern "C" fn(i32, ...) -> i32'],
    ['FUK8C_unwindEu', 'unsafe extern "C-unwind" fn()'],
    ['FG_RL0_hERL0_h', "for<'a> fn(&'a u8) -> &'a u8"],
    ['FG_FG_RL1_hQL0_hEuEu', "for<'a> fn(for<'b> fn(&'a u8, &'b mut u8))"],
    [
      'FGp_RL0_hEu',
      "for<'a, 'b, 'c, 'd, 'e, 'f, 'g, 'h, 'i, 'j, 'k, 'l, 'm, 'n, 'o, 'p, 'q, 'r, " +
        "'s, 't, 'u, 'v, 'w, 'x, 'y, 'z, '_26> fn(&'_26 u8)",
    ],
    ['DNtC1b1TEL_', 'dyn b::T'],
    ['DNtC1b1TNtC1c4SendEL_', 'dyn b::T + c::Send'],
    ['DINtC1b1ThEp4ItemtEL_', 'dyn b::T<u8, Item = u16>'],
    ['DNtC1b1Tp1AhP1BtEL_', undefined],
    // rustc-demangle reads no values of associated constants, which are not stable in Rust.
    ['DNtC1b1Tp1Ahp1BKj2_EL_', undefined],
    ['DG_INtC1b1TRL0_hEEL_', "dyn for<'a> b::T<&'a u8>"],
    ['FG_RL0_DNtC1b1TEL0_Eu', "for<'a> fn(&'a dyn b::T + 'a)"],
    ['TINtC1b1ThEDB8_p1AtEL_E', '(b::T<u8>, dyn b::T<u8, A = u16>)'],
    ['WmRm1_m9_', 'u32 is 1..=9'],
    ['WmORm0_m3_Rm7_m9_E', 'u32 is 0..=3 | 7..=9'],
    ['NtMC1bh1T', '<u8>::T'],
    ['NtXs_C1bhNtC1c1T1U', '<u8 as c::T>::U'],
    ['NCNvC1b1g0', 'b::g::{closure#0}'],
    ['NSNvC1b1g6vtable', 'b::g::{shim:vtable#0}'],
    ['NXNvC1b1gs0_1x', 'b::g::{X:x#2}'],
    ['NtC1b0', 'b'],
    ['NtC1b4_123', undefined],
    ['NtC1b3_123', 'b::123'],
    ['NtC1bu7___ylb7e', 'b::α_ω'],
    ['NtC1bu6n84amf', 'b::铁锈'],
    ['NtC1bu3_999', 'b::punycode{999}'],
    ['NtC1bu6g_d_99', 'b::punycode{g_d-99}'],
  ])('type %s', (type, name) => {
    expect(withArgument(type)).toBe(name === undefined ? undefined : `a::f::<${name}>`);
  });

  test.each([
    ['p', '_'],
    ['b0_', 'false'],
    ['b1_', 'true'],
    ['b2_', undefined],
    ['hff_', '255'],
    ['an80_', '-128'],
    ['ln80000000_', '-2147483648'],
    ['xn8000000000000000_', '-9223372036854775808'],
    ['yffffffffffffffff_', '18446744073709551615'],
    ['j0_', '0'],
    ['j_', '0'],
    ['o10000000000000000_', '0x10000000000000000'],
    ['nn80000000000000000000000000000000_', '-0x80000000000000000000000000000000'],
    ['o5_', '5'],
    ['hn1_', undefined],
    ['d0_', undefined],
    ['c61_', "'a'"],
    ['c27_', "'\\''"],
    ['c22_', "'\"'"],
    ['ca_', "'\\n'"],
    ['c2202_', "'∂'"],
    ['c301_', "'\\u{301}'"],
    ['c202e_', "'\\u{202e}'"],
    ['cd800_', undefined],
    ['c110000_', undefined],
    ['Re_', '""'],
    ['Re616263_', '"abc"'],
    ['Re22c3b60a_', '"\\"ö\\n"'],
    ['Re2_', undefined],
    ['Reff_', undefined],
    ['e61_', '{*"a"}'],
    ['Rh1_', '{&1}'],
    ['Qh1_', '{&mut 1}'],
    ['Ah1_h2_E', '{[1, 2]}'],
    ['AE', '{[]}'],
    ['Th1_E', '{(1,)}'],
    ['Th1_b0_E', '{(1, false)}'],
    ['TE', '{()}'],
    ['VNtC1b1UU', '{b::U}'],
    ['VINtC1b1UhEU', '{b::U::<u8>}'],
    ['VNtC1b4SomeTh1_E', '{b::Some(1)}'],
    ['VNtC1b1SS1xh1_1yRe61_E', '{b::S { x: 1, y: "a" }}'],
    ['VNtC1b1SX', undefined],
  ])('constant %s', (constant, value) => {
    expect(withArgument(`K${constant}`)).toBe(value === undefined ? undefined : `a::f::<${value}>`);
  });

  test('a constant may refer to an earlier one', () => {
    expect(demangleRust('_RINvC1a1fKTh1_h2_EKB8_E')).toBe('a::f::<{(1, 2)}, {(1, 2)}>');
  });

  test.each([
    ['RNvC1a1b', 'a::b'],
    ['__RNvC1a1b', 'a::b'],
    ['_RC1a', 'a'],
    // OpenSSL has such names; a crate alone is never a function.
    ['RC4_CHAR', undefined],
    ['___RNvC1a1b', undefined],
    ['_R1NvC1a1b', undefined],
  ])('prefix of %s', (symbol, name) => expect(demangleRust(symbol)).toBe(name));

  test.each([
    ['_RNvC1a1b.llvm.1234567890', 'a::b'],
    ['_RNvC1a1b.llvm.A1@2', 'a::b'],
    ['_RNvC1a1b.cold', 'a::b.cold'],
    ['_RNvC1a1b.cold.llvm.12', 'a::b.cold'],
    ['_RNvC1a1b.llvm.12.cold', 'a::b.cold'],
    ['_RNvC1a1bC1c.0', 'a::b.0'],
    ['_RNvC1a1b$tlv$init', 'a::b$tlv$init'],
    ['_RNvC1a1b@plt', undefined],
    ['_RNvC1a1b plus', undefined],
  ])('suffix of %s', (symbol, name) => expect(demangleRust(symbol)).toBe(name));
});

describe('legacy names', () => {
  const H = '17h0123456789abcdefE';
  test.each([
    [`_ZN3foo3bar${H}`, 'foo::bar'],
    [`ZN3foo${H}`, 'foo'],
    [`__ZN3foo${H}`, 'foo'],
    [`_ZN3foo${H}.llvm.9D1C9369`, 'foo'],
    [`_ZN3foo${H}.cold`, 'foo.cold'],
    [`_ZN27_$LT$u8$u20$as$u20$a..T$GT$3foo${H}`, '<u8 as a::T>::foo'],
    [`_ZN4main28_$u7b$$u7b$closure$u7d$$u7d$${H}`, 'main::{{closure}}'],
    [`_ZN18$RF$$BP$$LP$a$C$b$RP${H}`, undefined],
    [`_ZN21$RF$$BP$$LP$a$C$b$RP$${H}`, '&*(a,b)'],
    [`_ZN8a.b...c.${H}`, 'a.b::.c.'],
    [`_ZN6$u3b1$${H}`, 'α'],
    [`_ZN9$u1f980$a${H}`, '🦀a'],
    // No character, or one for terminals.
    [`_ZN5$u1b$${H}`, '$u1b$'],
    [`_ZN7$ud800$${H}`, '$ud800$'],
    [`_ZN5a$XY$${H}`, undefined],
  ])('%s', (symbol, name) => expect(demangleRust(symbol)).toBe(name));

  test.each([
    '_ZN3foo3barE',
    '_ZN3foo3barEv',
    '_ZN3foo17h0123456789abcdefEv',
    '_ZN3foo17h0123456789abcdeFE',
    '_ZN3foo17h0123456789abcdef',
    '_ZN3foo16h0123456789abcdeE',
    '_ZN17h0123456789abcdefE',
    '_ZNSt6vectorIiSaIiEE9push_backEOi',
    '_ZNK3foo17h0123456789abcdefE',
    '_ZN99foo17h0123456789abcdefE',
  ])('C++ or damaged: %s', (symbol) => expect(demangleRust(symbol)).toBeUndefined());

  // heaptrack and c++filt take legacy names for C++ ones.
  test.each([
    [
      'core::ops::function::FnOnce::call_once::h41f5bb89eaee206e',
      'core::ops::function::FnOnce::call_once',
    ],
    [
      'std::rt::lang_start::_$u7b$$u7b$closure$u7d$$u7d$::hd26acce666e3cc4a',
      'std::rt::lang_start::{{closure}}',
    ],
    [
      '_$LT$alloc..vec..Vec$LT$T$C$A$GT$$u20$as$u20$core..ops..drop..Drop$GT$::drop::h7e6dc638eae42602',
      '<alloc::vec::Vec<T,A> as core::ops::drop::Drop>::drop',
    ],
    ['foo::h05af221e174051e9 [clone .llvm.123]', 'foo'],
    ['foo::h05af221e174051e9 [clone .cold]', 'foo.cold'],
    ['foo::h05af221e174051e', undefined],
    ['foo::bar(int) [clone .cold]', undefined],
    ['::h05af221e174051e9', undefined],
  ])('half read: %s', (symbol, name) => expect(demangleRust(symbol)).toBe(name));
});

describe('other names', () => {
  test.each([
    '',
    '_',
    '_R',
    '__R',
    '_Z',
    'R',
    'main',
    'README',
    '_Rust',
    'malloc',
    '_RNvC1a1ö',
    '_RNvC1a',
  ])('%o stays', (symbol) => expect(demangleRust(symbol)).toBeUndefined());
});

/** fixtures/README.md says how the file was made. */
test('real names read as rustc itself shows them', () => {
  const lines = readFileSync(`${ROOT}fixtures/symbols/names.txt`, 'utf8').trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(800);
  const read = lines.map((line) => {
    const symbol = line.split('\t')[0]!;
    return `${symbol}\t${demangleRust(symbol)}`;
  });
  expect(read).toEqual(lines);
});
