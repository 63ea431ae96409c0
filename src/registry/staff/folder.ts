import type { WebFolder } from '#kernel/web/page.ts'

export const staffFolder: WebFolder = { name: 'staff', folder: new URL('./', import.meta.url) }
