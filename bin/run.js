#!/usr/bin/env node
// The whole start-up path, kept short: a version needs no framework, and compiled code is cached
// between runs where Node can do that (22 and later). `getBuiltinModule` instead of `import`, which
// would load parts of Node that nobody asked for.
const [first, ...rest] = process.argv.slice(2);
if ((first === '--version' || first === '-v') && rest.length === 0) {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const { name, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url)));
  console.log(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}`);
} else {
  // Node 20 works as well; oclif would warn about it at every start.
  process.env.OCLIF_DISABLE_ENGINE_WARNING = '1';
  process.getBuiltinModule('node:module').enableCompileCache?.();
  const { main } = await import('../dist/index.js');
  await main();
}
