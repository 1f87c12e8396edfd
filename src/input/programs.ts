import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** The folders that a shell looks for programs in. */
export function programFolders(environment: NodeJS.ProcessEnv): string[] {
  return (environment.PATH ?? '').split(path.delimiter).filter(path.isAbsolute);
}

/** The file that a shell would run for a name; undefined where there is none. */
export function findProgram(name: string, environment = process.env): string | undefined {
  if (name.includes('/')) return isExecutable(name) ? name : undefined;
  const files = programFolders(environment).map((folder) => path.join(folder, name));
  return files.find(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
