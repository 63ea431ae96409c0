import type { WebFolder } from '#kernel/web/page.ts'

export const enrolmentFolder: WebFolder = {
  name: 'enrolment',
  folder: new URL('./', import.meta.url),
}
