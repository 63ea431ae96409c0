/** Starts a house of its own for the story: another process, a free port, a folder that is thrown away. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface RunningHouse {
  readonly url: string
  readonly readyMs: number
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>
}
const PATIENCE_MS = 60_000

export async function startHouse(): Promise<RunningHouse> {
  const dataDir = await mkdtemp(join(tmpdir(), 'plinth-demo-'))
  const port = await freePort()
  const started = performance.now()
  const args = ['src/main.ts', '--port', String(port), '--data', dataDir, '--profile', 'demo']
  const child = spawn(process.execPath, args, {
    env: { ...process.env, PLINTH_LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await readyLine(child)
  const readyMs = performance.now() - started
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return {
    url,
    readyMs,
    stop: async () => {
      child.kill('SIGTERM')
      const code = await exited
      await rm(dataDir, { recursive: true, force: true })
      return code
    },
  }
}

async function readyLine(child: ChildProcess): Promise<string> {
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
  if (child.stdout === null) throw new Error('the house has no output')
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /^Plinth ready on (http\S+)$/.exec(line)?.[1]
      if (url === undefined) continue
      // From here on only warnings and errors come: they belong to the story.
      child.stdout.pipe(process.stderr)
      return url
    }
  } finally {
    clearTimeout(timer)
  }
  throw new Error('the house did not start')
}

/** The bank takes the port behind it where that is free. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
