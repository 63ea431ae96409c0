/** "Check the proof": fetches the receipt and the log's keys, then verifies here, by this browser's own cryptography. */
import { verifyReceipt } from '#kernel/audit/browser/verify-receipt.ts'

const words = document.querySelector<HTMLElement>('#receipt-words')?.dataset ?? {}

for (const proof of document.querySelectorAll<HTMLElement>('[data-receipt]')) {
  const verdict = proof.querySelector<HTMLElement>('[data-receipt-verdict]')
  const line = proof.querySelector<HTMLElement>('[data-receipt-check]')
  const button = line?.querySelector('button')
  if (!verdict || !line || !button) continue
  line.hidden = false
  button.addEventListener('click', async () => {
    verdict.dataset.state = 'checking'
    verdict.textContent = words.checking ?? ''
    const [state, text] = await check(proof.dataset.receipt ?? '')
    verdict.dataset.state = state
    verdict.textContent = text
  })
}

async function check(url: string): Promise<['good' | 'bad' | 'failed', string]> {
  try {
    const [receipt, keys] = await Promise.all([get(url), get('/log/key')])
    const verdict = await verifyReceipt(JSON.parse(receipt), keys)
    if (!verdict.ok) return ['bad', `${words.bad ?? ''} (${verdict.reason})`]
    const size = new Intl.NumberFormat(document.documentElement.lang).format(verdict.treeSize)
    return ['good', (words.good ?? '').replace('#', size)]
  } catch {
    return ['failed', words.failed ?? '']
  }
}

async function get(url: string): Promise<string> {
  const response = await fetch(url, { credentials: 'same-origin' })
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return response.text()
}
