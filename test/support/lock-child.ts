/** Takes a file's lock, says so, and holds it until it is killed: `node lock-child.ts FILE`. */
import { withFileLock } from '../../src/kernel/keys/file-lock.ts'

await withFileLock(process.argv[2] ?? '', async () => {
  process.stdout.write('locked\n')
  await new Promise((resolve) => setTimeout(resolve, 60_000))
})
