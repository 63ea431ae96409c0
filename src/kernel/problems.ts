/**
 * An expected refusal that some caller must be told about. A bug is an `assert`, a business outcome is a
 * return value; only what remains is a Problem. `kernel/http` renders it as problem+json (RFC 9457 §3),
 * `idp/provider` as an OAuth error (RFC 6749 §5.2).
 */
export class Problem extends Error {
  override name = 'Problem'
  /** Stable, `<module>.<what>`; callers switch on it. */
  readonly code: string
  /** HTTP status code. */
  readonly status: number
  /** Members a caller may act on (field, limit, seconds). Never personal data. */
  readonly detail: Readonly<Record<string, string | number | readonly string[]>>

  constructor(
    code: string,
    status: number,
    title: string,
    options: ErrorOptions & { detail?: Problem['detail'] } = {},
  ) {
    super(title, options)
    this.code = code
    this.status = status
    this.detail = options.detail ?? {}
  }
}

/** Declares one module's problems as a table and returns the only way to make them. */
export const defineProblems =
  <Code extends string>(table: Record<Code, readonly [status: number, title: string]>) =>
  (code: Code, options?: ErrorOptions & { detail?: Problem['detail'] }): Problem => {
    const [status, title]: readonly [number, string] = table[code]
    return new Problem(code, status, title, options)
  }
