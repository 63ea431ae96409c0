/**
 * Passkeys on the sign-in page: the browser offers them in the number's field by itself (conditional mediation), or on
 * the button. What it signs travels in an ordinary form, so that the page's way is the same as for a code.
 */
const form = document.querySelector<HTMLFormElement>('form[data-passkey]')
const controller = new AbortController()

if (form && 'PublicKeyCredential' in window) {
  form.hidden = false
  form.querySelector('button')?.addEventListener('click', () => {
    controller.abort()
    ask(form, {}).catch(() => form.submit())
  })
  offer(form).catch(() => undefined)
}

async function offer(target: HTMLFormElement): Promise<void> {
  const possible = await PublicKeyCredential.isConditionalMediationAvailable?.()
  if (possible) await ask(target, { mediation: 'conditional', signal: controller.signal })
}

async function ask(target: HTMLFormElement, how: CredentialRequestOptions): Promise<void> {
  const response = await fetch(target.dataset.passkey ?? '', { method: 'POST' })
  if (!response.ok) throw new Error('no challenge')
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await response.json())
  const credential = await navigator.credentials.get({ ...how, publicKey })
  const field = target.querySelector<HTMLInputElement>('input[name="credential"]')
  if (!(credential instanceof PublicKeyCredential) || !field) return
  field.value = JSON.stringify(credential.toJSON())
  target.submit()
}
