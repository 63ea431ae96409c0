/**
 * A photograph inside the page that shows it. The record is read once, so the person sees one entry for one viewing; and
 * there is no address under which a picture could be fetched, guessed or kept by a cache.
 */
export const photoUri = (
  photo: { readonly type: string; readonly data: Uint8Array } | undefined,
): string | undefined =>
  photo && shown.has(photo.type)
    ? `data:${photo.type};base64,${Buffer.from(photo.data).toString('base64')}`
    : undefined

const shown = new Set(['image/jpeg', 'image/png'])
