#!/usr/bin/env node
// The whole start-up path, kept short: a version needs no framework, and compiled code is cached
// between runs where Node can do that (22 and later). `getBuiltinModule` instead of `import`, which
// would load parts of Node that nobody asked for.
const fs = process.getBuiltinModule('node:fs');
const [first, ...rest] = process.argv.slice(2);
if (['version', '--version', '-v', '-V'].includes(first) && rest.length === 0) {
  const { name, version } = JSON.parse(
    fs.readFileSync(new URL('../package.json', import.meta.url)),
  );
  const text = `${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`;
  try {
    fs.writeSync(1, text);
  } catch (error) {
    process.stderr.write(`memtool: cannot write standard output (${error.message})\n`);
    process.exitCode = 1;
  }
} else {
  const { HOME, XDG_CACHE_HOME, COLUMNS } = process.env;
  // oclif does not look at what the terminal's width is called everywhere else.
  if (COLUMNS) process.env.OCLIF_COLUMNS ??= COLUMNS;
  // Node 20 works as well; oclif would warn about it at every start.
  process.env.OCLIF_DISABLE_ENGINE_WARNING = '1';
  cacheCompiledCode(XDG_CACHE_HOME || (HOME && `${HOME}/.cache`));
  try {
    const { main } = await import('../dist/index.js');
    await main();
  } catch (error) {
    // Not even the program could be loaded, or what it is configured by.
    process.stderr.write(`memtool: cannot start (${error.message.split('\n')[0]})\n`);
    process.exitCode = 1;
  }
}

/**
 * Keeps compiled code in a folder that nobody else can write to: whoever could, could run code of his own
 * as this user. Node's default, a folder below /tmp, is anybody's to make first.
 */
function cacheCompiledCode(caches) {
  const { enableCompileCache } = process.getBuiltinModule('node:module');
  if (!enableCompileCache || !caches) return;
  const folder = `${caches}/memtool`;
  try {
    if (!fs.existsSync(folder)) fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = fs.lstatSync(folder);
    if (uid === process.getuid() && (mode & 0o022) === 0) enableCompileCache(folder);
  } catch {
    // Without a cache a start takes a little longer.
  }
}
