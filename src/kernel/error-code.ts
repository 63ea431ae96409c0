import { Problem } from './problems.ts'

/** What may be kept and logged of any error: a problem's code or the error's name, never its message. */
export const errorCode = (error: unknown): string => {
  const name =
    error instanceof Problem ? error.code : error instanceof Error ? error.name : typeof error
  return name.replace(/[^\w.-]/g, '').slice(0, 100)
}
