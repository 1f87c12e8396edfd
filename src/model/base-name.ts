/** The last part of a path: `main.rs` of `src/main.rs`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
