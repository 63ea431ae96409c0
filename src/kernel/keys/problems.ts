import { defineProblems } from '../problems.ts'

export const keyProblem = defineProblems({
  'keys.master-secret-missing': [500, 'A master secret is required in production'],
  'keys.master-secret-invalid': [500, 'The master secret must be 32 bytes in base64url'],
  'keys.file-in-production': [500, 'The file key store is not for production'],
  'keys.unreadable': [500, 'The key file does not open with this master secret'],
  'keys.locked': [503, 'Another process holds the key file'],
  'keys.unknown-kid': [400, 'No such key'],
  'keys.wrong-purpose': [500, "The key's purpose does not allow this"],
  'keys.retired': [409, 'The key is retired'],
  'keys.undecipherable': [400, 'The ciphertext does not open with this key'],
})

export const vaultProblem = defineProblems({
  'vault.unreadable': [500, 'A sealed value does not open: altered, moved, or its key is gone'],
})
