/** What every benchmark answers, and what `npm run bench -- NAME --json` prints as its last line. */
export interface BenchResult {
  readonly name: string
  /** `v24.21.0` */
  readonly node: string
  readonly cpu: string
  /** Median over the interleaved runs. */
  readonly value: number
  readonly unit: string
  /** Measured in the same run. */
  readonly limit: number
  /** How near the limit, 1 being at it: value/limit for a rate, limit/value for a cost. */
  readonly ratio: number
  readonly peers: readonly {
    readonly name: string
    readonly value: number
    readonly ratio: number
  }[]
  readonly runs: number
  readonly [extra: string]: unknown
}
export interface BenchOptions {
  /** Print nothing but the result. */
  readonly json: boolean
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
