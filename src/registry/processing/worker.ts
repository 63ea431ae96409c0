/**
 * Moves packets: runs the step of the packet's stage, then commits next stage, the step's writes, the audit leaf and the
 * next job in one transaction. A crash before the commit repeats the step; after it, the next job is there.
 */
import assert from 'node:assert/strict'
import type { Tx } from '#kernel/db/db.ts'
import type { Effect, Job, Worker } from '#kernel/jobs/jobs.ts'
import type { RegistryContext } from '../context.ts'
import { compileIdentity } from '../identity/validate.ts'
import { packetMoved } from '../packet/events.ts'
import { claimMove, insertStep, type PacketRow, packetByRid, setPlace } from '../packet/store.ts'
import { tellRejection } from '../residents/notices.ts'
import { enqueueMove, moveOf, PACKET_JOB } from './job.ts'
import { parkDead } from './park.ts'
import { eraseRejected } from './reject.ts'
import { type End, type StageName, stageOf } from './stages.ts'
import type { Result, StepContext } from './step.ts'

/** A heartbeat prolongs it; a process that died gives its packets back after this, milliseconds. */
const LEASE_MS = 10_000
/** With the queue's backoff: some minutes of a database or a hub that is down. */
const ATTEMPTS_MAX = 8
/** Steps that wait for the hub's threads cost nothing; more would only hold more images in memory. */
const CONCURRENCY = 6

export function packetWorker(registry: RegistryContext): Worker {
  const validateIdentity = compileIdentity(registry.country)
  return {
    kind: PACKET_JOB,
    concurrency: CONCURRENCY,
    leaseMs: LEASE_MS,
    maxAttempts: ATTEMPTS_MAX,
    handle: (_, job) => move({ ...registry, validateIdentity }, job),
    onDead: parkDead,
  }
}

const nothing: Effect = async () => {}

async function move(ctx: StepContext, job: Job): Promise<Effect> {
  const { rid, stage, moves } = moveOf(job)
  const packet = await packetByRid(ctx.db, rid)
  if (packet === undefined || packet.stage !== stage || packet.moves !== moves) return nothing
  const current = stageOf(stage)
  assert(current, `packet: no stage ${stage}`)
  const settle = await current.run(ctx, packet)
  return async (tx) => {
    if (!(await claimMove(tx, packet, ctx.now().getTime()))) return
    const result = await settle(tx)
    const next = current.on[result.outcome]
    assert(next, `packet: ${stage} has no way on for ${result.outcome}`)
    await arrive(ctx, tx, packet, next, result)
  }
}

async function arrive(
  ctx: StepContext,
  tx: Tx,
  packet: PacketRow,
  next: StageName | End,
  result: Result<string>,
): Promise<void> {
  const { rid, stage } = packet
  const moves = packet.moves + 1
  const { outcome, reason } = result
  await setPlace(tx, rid, {
    stage: next,
    state: stateAt(next),
    reason: reason ?? null,
    reasonFields: result.fields?.join(',') ?? null,
  })
  // Waiting in a stage is no step of the way.
  if (next !== stage) {
    await insertStep(tx, { rid, move: moves, stage, outcome, at: ctx.now().getTime() })
    await packetMoved(ctx, tx, packet, { stage, outcome, ...(reason !== undefined && { reason }) })
  }
  if (next === 'rejected') {
    await eraseRejected(ctx, tx, packet)
    if (result.tell !== undefined) await tellRejection(ctx, tx, rid, result.tell, reason ?? '')
  }
  const wait = result.againAfterMs
  if (stateAt(next) !== 'processing' && wait === undefined) return
  const runAt = wait === undefined ? {} : { runAt: new Date(ctx.now().getTime() + wait) }
  await enqueueMove(ctx, tx, { rid, stage: next, moves }, runAt)
}

/** In `adjudicate` nobody but a person moves the packet on: see `adjudication/decide`. */
function stateAt(next: StageName | End): PacketRow['state'] {
  if (next === 'done' || next === 'rejected') return next
  return next === 'adjudicate' ? 'waiting' : 'processing'
}
