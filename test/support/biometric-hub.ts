/** A hub over a throw-away database, and what it wrote to the log. */
import type { ExecutionContext } from 'ava'
import { createHub, type Hub, hubMigrations, type Sample, type SubjectRef } from '#biometric-hub'
import type { Context } from '#kernel/context.ts'
import { withContext } from './context.ts'

export interface OpenHub {
  readonly ctx: Context
  readonly hub: Hub
  readonly lines: unknown[]
  /** Another one on the same database, as another process has it: with a thread and a memory of its own. */
  another(): Promise<Hub>
}

export async function withHub(t: ExecutionContext, engine: 'sqlite' | 'mariadb'): Promise<OpenHub> {
  const opened = await withContext(t, { engine, migrations: hubMigrations })
  const lines: unknown[] = []
  const note = (fields: unknown, message: string) => void lines.push({ message, fields })
  const log = { info: note, warn: note, error: note, debug: note }
  // The hub's own tests do not hang on what a country chooses.
  const thresholds = { faceQuality: 40, faceIdentify: 0.5, faceVerify: 0.525 }
  const ctx: Context = { ...opened, log, country: { ...opened.country, thresholds } }
  const another = async () => {
    const hub = await createHub(ctx)
    t.teardown(() => hub.stop())
    return hub
  }
  return { ctx, hub: await another(), lines, another }
}

export const subject = (name: string): SubjectRef => name as SubjectRef
export const face = (image: Uint8Array): Sample[] => [{ modality: 'face', image }]
