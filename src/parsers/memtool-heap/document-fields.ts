/** An object of a JSON document whose fields are asked for by name; what is not as it should be is remembered. */
export class DocumentFields {
  /** Names of fields that are missing or no whole number below 2^53. */
  readonly wrong: string[];
  readonly #fields: Readonly<Record<string, unknown>> | undefined;

  private constructor(value: unknown, wrong: string[]) {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    this.#fields = isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
    this.wrong = wrong;
  }

  /** @returns undefined for what is no JSON object. */
  static parse(text: string): DocumentFields | undefined {
    try {
      const fields = new DocumentFields(JSON.parse(text), []);
      return fields.isThere ? fields : undefined;
    } catch {
      return undefined;
    }
  }

  get isThere(): boolean {
    return this.#fields !== undefined;
  }

  /** One that is not there has no fields. */
  object(name: string): DocumentFields {
    return new DocumentFields(this.#fields?.[name], this.wrong);
  }

  /** The objects of a list; none where there is no list. */
  objects(name: string): DocumentFields[] {
    const list = this.#fields?.[name];
    return Array.isArray(list) ? list.map((one) => new DocumentFields(one, this.wrong)) : [];
  }

  /** A field that must be there; 0 where it is not, which `wrong` then tells. */
  whole(name: string): number {
    const value = this.optional(name);
    if (value === undefined && !this.wrong.includes(name)) this.wrong.push(name);
    return value ?? 0;
  }

  optional(name: string): number | undefined {
    const value = this.#fields?.[name];
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      ? value
      : undefined;
  }

  text(name: string): string | undefined {
    const value = this.#fields?.[name];
    return typeof value === 'string' ? value : undefined;
  }
}
