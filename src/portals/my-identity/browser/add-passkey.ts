/** The form that adds a passkey: the ceremony itself is the IdP's module, whose address the page gives. */
interface Ceremony {
  registerPasskey(csrf: string, name: string): Promise<void>
}

const form = document.querySelector<HTMLFormElement>('[data-add-passkey]')
if (form && 'PublicKeyCredential' in window) {
  form.hidden = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void add(form)
  })
}

async function add(form: HTMLFormElement): Promise<void> {
  const { module = '', csrf = '', failed = '' } = form.dataset
  const message = form.querySelector('[data-message]')
  const button = form.querySelector('button')
  const name = form.querySelector('input')
  if (button) button.disabled = true
  if (message) message.textContent = ''
  try {
    const ceremony: Ceremony = await import(module)
    await ceremony.registerPasskey(csrf, name?.value.trim() || (name?.dataset.standard ?? ''))
    location.assign('/my-identity/passkeys?done=added')
  } catch {
    // Refused by the person, the device or the house: in each case nothing was added.
    if (message) message.textContent = failed
    if (button) button.disabled = false
  }
}
