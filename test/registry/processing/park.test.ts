/** A hub that is down: the packet is parked, visible, and a redrive takes it to its end. */
import { createHub } from '#biometric-hub'
import { startWorkers } from '#kernel/jobs/jobs.ts'
import { registryWorkers } from '#registry'
import { addStaff } from '../../../src/registry/staff/staff.ts'
import { aFace } from '../../support/faces.ts'
import { problemCode, untilState, withRegistry } from '../../support/registry.ts'
import { testOn } from '../../support/servers.ts'

for (const engine of ['sqlite', 'mariadb'] as const) {
  testOn(engine)(`parked, and redriven by an administrator (${engine})`, async (t) => {
    const registry = await withRegistry(t, { engine, workers: false })
    const { ctx, url } = registry
    const token = ctx.random(32).toString('base64url')
    await addStaff(ctx, { id: 'admin', name: 'An Admin', roles: ['administrator'], token })
    const rid = await registry.enrol({ photo: aFace(1) })
    const redrive = (bearer: string) =>
      fetch(`${url}/packets/${rid}/redrive`, {
        method: 'POST',
        headers: { authorization: `Bearer ${bearer}` },
      })
    t.is(await problemCode(await redrive(token)), 'packet.not-parked')

    await ctx.hub.stop()
    const impatient = registryWorkers(ctx).map((worker) => ({ ...worker, maxAttempts: 1 }))
    const first = startWorkers(ctx, impatient)
    const parked = await untilState(registry, rid, 'parked', 'done', 'rejected')
    t.like(parked, { state: 'parked', stage: 'assess-quality', reason: 'processing.failed' })
    await first.stop()

    t.is((await redrive('x'.repeat(43))).status, 401)
    t.is((await redrive(token)).status, 204)
    t.is((await redrive(token)).status, 409)
    t.is((await registry.status(rid)).state, 'processing')
    const hub = await createHub(ctx)
    t.teardown(() => hub.stop())
    const second = startWorkers(ctx, registryWorkers({ ...ctx, hub }))
    t.teardown(() => second.stop())
    t.is((await untilState(registry, rid, 'done', 'rejected', 'parked')).state, 'done')
  })
}
