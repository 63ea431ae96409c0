import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import test from 'ava'
import { type Receipt, receiptFor } from '../../../../src/kernel/audit/audit.ts'
import {
  type ReceiptVerdict,
  verifyReceipt,
} from '../../../../src/kernel/audit/browser/verify-receipt.ts'
import { verifierKeys } from '../../../../src/kernel/audit/note.ts'
import { recordLeaves, recordTogether, sequence } from '../../../support/audit-log.ts'
import { withContext } from '../../../support/context.ts'

const source = readFileSync(
  new URL('../../../../src/kernel/audit/browser/verify-receipt.ts', import.meta.url),
  'utf8',
)

const withReceipt = async (t: Parameters<typeof withContext>[0]) => {
  const ctx = await withContext(t)
  await recordTogether(ctx, 270, () => ({ person: 'others' }))
  const [id = ''] = await recordLeaves(ctx, 1)
  await sequence(ctx, 271)
  const receipt = await receiptFor(ctx, 'person-1', id)
  if (!receipt) throw new Error('no receipt')
  const origin = receipt.checkpoint.split('\n')[0] ?? ''
  return { receipt, origin, keys: await verifierKeys(ctx.keys, origin) }
}

test('accepts a receipt under either of the log’s keys, or both', async (t) => {
  const { receipt, origin, keys } = await withReceipt(t)
  t.is(keys.length, 2)
  for (const vkeys of [...keys, keys.join('\n'), `${keys.join('\n')}\n`])
    t.deepEqual(await verifyReceipt(receipt, vkeys), { ok: true, treeSize: 271, origin })
})

test('the file that browsers get stands alone', async (t) => {
  const { receipt, keys } = await withReceipt(t)
  const plain = stripTypeScriptTypes(source)
  t.notRegex(plain, /\bimport\b.*from|\bimport\(|\brequire\(|\bfetch\(|\bBuffer\b/)
  const url = `data:text/javascript;base64,${Buffer.from(plain).toString('base64')}`
  const served = (await import(url)) as { verifyReceipt: typeof verifyReceipt }
  t.true((await served.verifyReceipt(receipt, keys.join('\n'))).ok)
})

test('one flipped bit in any member is refused', async (t) => {
  const { receipt, keys } = await withReceipt(t)
  const vkey = keys[0] ?? ''
  const refused = async (altered: Receipt, what: string) => {
    const verdict = await verifyReceipt(altered, vkey)
    t.false(verdict.ok, what)
  }
  const flip = (text: string, at: number) => {
    const bytes = Buffer.from(text)
    bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << (at % 7))
    return bytes.toString('latin1')
  }
  for (let at = 0; at < 400; at += 3) {
    for (const member of ['leaf', 'salt', 'leafHash'] as const)
      await refused({ ...receipt, [member]: flip(receipt[member], at) }, member)
    const proof = receipt.proof.map((hash, i) =>
      i === at % receipt.proof.length ? flip(hash, at) : hash,
    )
    await refused({ ...receipt, proof }, 'proof')
  }
  // of the note all but the line of the key that this verifier does not know
  const known = receipt.checkpoint.slice(0, receipt.checkpoint.lastIndexOf('—'))
  for (let at = 0; at < Buffer.byteLength(known); at++) {
    const bytes = Buffer.from(receipt.checkpoint)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8))
    await refused({ ...receipt, checkpoint: bytes.toString() }, `checkpoint, byte ${at}`)
  }
})

test('says what is wrong', async (t) => {
  const { receipt, keys } = await withReceipt(t)
  const other = await withReceipt(t)
  const vkey = keys[0] ?? ''
  const reason = (verdict: ReceiptVerdict) => (verdict.ok ? 'ok' : verdict.reason)
  const verdict = async (altered: Partial<Receipt>, key = vkey) =>
    reason(await verifyReceipt({ ...receipt, ...altered }, key))
  const text = Buffer.from(receipt.leaf, 'base64url').toString()
  const leaf = Buffer.from(text.replace('login', 'audit')).toString('base64url')
  t.is(await verdict({ leaf }), 'leaf-differs')
  t.is(await verdict({ index: receipt.index - 1 }), 'not-in-the-tree')
  t.is(await verdict({ index: 271 }), 'not-in-the-tree')
  t.is(await verdict({ index: -1 }), 'not-in-the-tree')
  t.is(await verdict({ index: 0.5 }), 'not-in-the-tree')
  t.is(await verdict({ proof: receipt.proof.slice(1) }), 'not-in-the-tree')
  t.is(await verdict({ proof: [...receipt.proof, receipt.proof[0] ?? ''] }), 'not-in-the-tree')
  t.is(await verdict({ proof: receipt.proof.toReversed() }), 'not-in-the-tree')
  t.is(await verdict({ checkpoint: other.receipt.checkpoint }), 'not-in-the-tree')
  t.is(await verdict({}, other.keys[0]), 'unknown-key')
  t.is(await verdict({}, ''), 'unknown-key')
  t.is(await verdict({}, 'no key'), 'malformed')
  t.is(await verdict({}, vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+')), 'malformed')
  t.is(await verdict({ salt: '' }), 'malformed')
  t.is(await verdict({ checkpoint: receipt.checkpoint.slice(0, -1) }), 'malformed')
  t.is(await verdict({ checkpoint: '' }), 'malformed')
  const signature = /— \S+ (\S+)\n/.exec(receipt.checkpoint)?.[1] ?? ''
  const forged = Buffer.from(signature, 'base64')
  forged[40] = (forged[40] ?? 0) ^ 1
  const checkpoint = receipt.checkpoint.replace(signature, forged.toString('base64'))
  t.is(await verdict({ checkpoint }), 'signature-invalid')
})
