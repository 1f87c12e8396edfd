import { baseName } from '../model/base-name.ts';

/** Where distributions install what their packages hold. */
const OF_PACKAGE = /^\/(?:usr\/)?(?:bin|sbin|libexec|games|lib(?:32|64|x32)?)\//;

/** `libpcre2-8.so.0.11.2`: its name, and the version of its interface. */
const SONAME = /^(lib.+?)\.so\.(\d+)/;

/**
 * The package of Debian and Ubuntu that probably has the function names of a stripped module. A
 * library's package is called like its soname (Debian Policy 8.1), a program's often like the program.
 *
 * @returns undefined for a module that no package installed.
 */
export function debugPackage(module: string): string | undefined {
  if (!OF_PACKAGE.test(module)) return undefined;
  const file = baseName(module);
  const library = SONAME.exec(file);
  if (library === null) return `${file}-dbgsym`;
  const [, name = '', version = ''] = library;
  const separator = /\d$/.test(name) ? '-' : '';
  return `${name}${separator}${version}-dbgsym`.toLowerCase().replaceAll('_', '-');
}
