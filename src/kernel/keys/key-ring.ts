/** This process's view of the key file: keys ready for use, refreshed when another process may have written. */
import type { KeyFile, KeyFileState, KeyRecord } from './key-file.ts'
import type { Kid, Purpose } from './keys.ts'
import { type ReadyKey, readyKey } from './make-key.ts'
import { keyProblem } from './problems.ts'

export interface KeyRing {
  /** Without looking at the file. */
  known(kid: Kid): ReadyKey | undefined
  /** Looks at the file when the kid is not known. Problems: `keys.unknown-kid`, `keys.wrong-purpose`. */
  find(kid: Kid, use: ReadyKey['use']): Promise<ReadyKey>
  /** Active, next, then retired ones, newest first. Looks at the file when `kid` is not known. */
  of(purpose: Purpose, kid?: Kid): Promise<readonly ReadyKey[]>
  change(edit: Parameters<KeyFile['change']>[0]): Promise<void>
  clear(): void
}

/** How old the view may be before `of` looks again, in milliseconds of real time. */
const viewMs = 1000

export const openKeyRing = async (file: KeyFile): Promise<KeyRing> => {
  let stamp: string | undefined
  let lookedAt = Number.NEGATIVE_INFINITY
  let byKid = new Map<Kid, ReadyKey>()
  let byPurpose = new Map<Purpose, ReadyKey[]>()
  const load = (state: KeyFileState): void => {
    const keys = state.records.map((record) => reuse(byKid.get(record.kid), record)).sort(inOrder)
    byKid = new Map(keys.map((key) => [key.record.kid, key]))
    byPurpose = Map.groupBy(keys, (key) => key.record.purpose)
    stamp = state.stamp
  }
  const look = async (): Promise<void> => {
    lookedAt = performance.now()
    const changed = await file.read(stamp)
    if (changed) load(changed)
  }
  await look()
  return {
    known: (kid) => byKid.get(kid),
    find: async (kid, use) => {
      if (!byKid.has(kid)) await look()
      const key = byKid.get(kid)
      if (!key) throw keyProblem('keys.unknown-kid')
      if (key.use !== use) throw keyProblem('keys.wrong-purpose')
      return key
    },
    of: async (purpose, kid) => {
      const stranger = kid !== undefined && !byKid.has(kid)
      if (stranger || performance.now() - lookedAt > viewMs) await look()
      return byPurpose.get(purpose) ?? []
    },
    change: async (edit) => load(await file.change(edit)),
    clear: () => load({ stamp: '', records: [] }),
  }
}

const order = { active: 0, next: 1, retired: 2 } as const

const inOrder = ({ record: a }: ReadyKey, { record: b }: ReadyKey): number =>
  order[a.state] - order[b.state] || b.notBefore - a.notBefore

/** Importing a key costs more than a signature, so a key whose state did not change keeps its object. */
const reuse = (known: ReadyKey | undefined, record: KeyRecord): ReadyKey =>
  known?.record.state === record.state ? known : readyKey(record)
