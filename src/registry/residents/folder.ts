import type { WebFolder } from '#kernel/web/page.ts'

/** Words that messages are filled with. */
export const residentsFolder: WebFolder = {
  name: 'residents',
  folder: new URL('./', import.meta.url),
}
