/** How a channel is shown on a page: enough to recognise one's own, too little to learn another's. */

/** `amina@example.org` -> `a••••@example.org`; the dots do not tell the length. */
export function maskedEmail(address: string): string {
  const at = address.lastIndexOf('@')
  return at < 1 ? '••••' : `${[...address][0]}••••${address.slice(at)}`
}

/** `+254700123456` -> `••••••56`. */
export const maskedPhone = (number: string): string => `••••••${number.slice(-2)}`
