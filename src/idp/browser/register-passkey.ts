/** Adding a passkey at "my identity". */

/** Runs the ceremony; resolves when the passkey is kept. Throws when the person or the house refuses. */
export async function registerPasskey(csrf: string, name: string): Promise<void> {
  const options = await post('/sign-in/passkeys/options', { csrf })
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await options.json())
  const credential = await navigator.credentials.create({ publicKey })
  if (!(credential instanceof PublicKeyCredential)) throw new Error('no passkey was made')
  await post('/sign-in/passkeys', { csrf, name, response: credential.toJSON() })
}

async function post(url: string, body: object): Promise<Response> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`refused: ${response.status}`)
  return response
}
