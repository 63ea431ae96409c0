/** Contract of the configuration; the schema that parses it is the truth (`schema.ts`). Units in names; frozen at start. */
import type { z } from 'zod'
import type { configSchema, parts } from './schema.ts'

export type Part = (typeof parts)[number]
export type Config = Frozen<z.infer<typeof configSchema>>

type Frozen<T> = T extends (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T
