import type { WebFolder } from '#kernel/web/page.ts'

export const idpFolders: readonly WebFolder[] = [
  { name: 'idp', folder: new URL('./', import.meta.url) },
]
