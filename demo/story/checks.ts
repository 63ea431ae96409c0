/** The printed story: one line a step, with its time; a step that fails ends its chapter, not the story. */
export interface Tally {
  passed: number
  failed: number
}
export type Step = <T>(what: string, act: () => Promise<T> | T) => Promise<T>

/** Ends a chapter; its cause has been printed. */
export class ChapterEnded extends Error {
  override name = 'ChapterEnded'
}

export const stepper =
  (tally: Tally): Step =>
  async (what, act) => {
    const started = performance.now()
    try {
      const result = await act()
      tally.passed++
      process.stdout.write(`  ok    ${what} (${since(started)})\n`)
      return result
    } catch (error) {
      tally.failed++
      process.stdout.write(`  FAIL  ${what} (${since(started)})\n        ${reason(error)}\n`)
      throw new ChapterEnded(what, { cause: error })
    }
  }

export async function chapter<T>(title: string, tell: () => Promise<T>): Promise<T | undefined> {
  process.stdout.write(`\n${title}\n`)
  try {
    return await tell()
  } catch (error) {
    if (error instanceof ChapterEnded) return undefined
    throw error
  }
}

/** Fails the step with what was expected and what came. */
export function expect(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise)
}

/** Asks every 100 ms until `ask` answers something, a minute at most. */
export async function until<T>(ask: () => Promise<T | undefined>, what: string): Promise<T> {
  const end = performance.now() + 60_000
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > end) throw new Error(`a minute passed without ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const since = (started: number): string => {
  const ms = performance.now() - started
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
const reason = (error: unknown): string => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return text.split('\n').slice(0, 6).join('\n        ')
}
