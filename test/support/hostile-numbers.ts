/** What stands in place of a number in a damaged or hostile capture, and is none that it can hold. */
export const NO_NUMBERS: readonly string[] = [
  '9'.repeat(310),
  `1${'0'.repeat(30)}`,
  '18446744073709551616',
  '9007199254740992',
  '-5',
  '1e999',
  '4.5',
  'NaN',
  'Infinity',
  '0x10',
];

/** The same in hexadecimal digits. */
export const NO_HEX_NUMBERS: readonly string[] = [
  'f'.repeat(310),
  `1${'0'.repeat(16)}`,
  '-5',
  '4.5',
  'nan',
  'infinity',
  '0x10',
];
