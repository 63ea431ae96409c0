import type { WebFolder } from '#kernel/web/page.ts'

export const trackingFolder: WebFolder = {
  name: 'tracking',
  folder: new URL('./', import.meta.url),
}
