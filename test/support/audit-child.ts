/** A process that acts and sequences until it is killed: `node audit-child.ts DATA_DIR DATABASE_URL`. Prints each committed leaf. */
import { randomBytes } from 'node:crypto'
import { record, startSequencer } from '../../src/kernel/audit/audit.ts'
import { loadConfig } from '../../src/kernel/config/load.ts'
import { transaction } from '../../src/kernel/db/db.ts'
import { openContext } from '../../src/kernel/start.ts'
import { aLeaf } from './audit-log.ts'

const [dataDir = '', url = ''] = process.argv.slice(2)
const config = loadConfig({
  argv: ['--profile', 'test', '--data', dataDir],
  env: { PLINTH_DATABASE_URL: url, PLINTH_EPHEMERAL_URL: 'memory' },
})
const { ctx } = await openContext(config, { migrations: [], folders: [], random: randomBytes })
startSequencer(ctx)
const act = async (): Promise<void> => {
  for (let i = 0; ; i++) {
    const person = `person-${i % 9}`
    const id = await transaction(ctx, (tx) => record(ctx, tx, aLeaf({ person })))
    process.stdout.write(`${id}\n`)
  }
}
await Promise.all([act(), act(), act()])
