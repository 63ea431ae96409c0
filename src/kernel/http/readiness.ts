/** `GET /health/ready`: may this process be sent traffic? It may when both stores answer; a throw is a no. */
import type { Context } from '../context.ts'
import { row } from '../db/db.ts'

export async function isReady(ctx: Context): Promise<boolean> {
  const [answer] = await Promise.all([
    row<{ one: number }>(ctx.db, 'SELECT 1 AS one'),
    ctx.ephemeral.get('readiness'),
  ])
  return answer?.one === 1
}
