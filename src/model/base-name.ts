/** The last part of a path: `main.rs` of `src/main.rs`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The file name of a command's program: `heaptrace_csv` of `../../build/heaptrace_csv x.csv`. */
export function programName(command: string | undefined): string | undefined {
  const word = command?.trim().split(/\s+/, 1)[0];
  return word ? baseName(word) : undefined;
}
