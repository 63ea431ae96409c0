/** Messages that the house sends, and the placeholders it fills in each. A pack words all of them, and no others. */
export const messageTemplates = {
  /** One-time code of a sign-in or a login. */
  otp: ['code', 'minutes'],
  'packet-received': ['rid'],
  /** The UIN travels in no message: the person signs in with the VID and sees the UIN there. */
  'identity-issued': ['vid', 'rid'],
  'packet-rejected': ['rid', 'reason'],
  'vid-created': ['vid', 'type'],
  /** OpenID4VCI 1.0 §3.5: the transaction code travels by another channel than the offer. */
  'transaction-code': ['code', 'minutes'],
  'credential-issued': ['credential'],
  'passkey-added': ['at'],
} as const satisfies Record<string, readonly string[]>
export type MessageTemplate = keyof typeof messageTemplates

/** `{code}`, `{minutes}`: the names in braces, each once, sorted. */
export const placeholdersOf = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? ''))].sort()
